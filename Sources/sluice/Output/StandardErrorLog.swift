import Logging

/// Log lines on standard error, as text or as one JSON object a line.
struct StandardErrorLog: LogHandler {
  var isJSON: Bool
  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]

  init(isJSON: Bool) { self.isJSON = isJSON }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let extra = self.metadata.merging(event.metadata ?? [:]) { _, new in new }
    if isJSON {
      let fields =
        [("level", event.level.rawValue), ("message", event.message.description)]
        + extra.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
      Console.error("{" + fields.map { quoted($0.0) + ":" + quoted($0.1) }.joined(separator: ",") + "}")
    } else {
      let tail = extra.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      Console.error(Console.safe("\(event.level.rawValue): \(event.message)\(tail)"))
    }
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
