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
    let sorted = extra.sorted { $0.key < $1.key }
    if isJSON {
      let line = ["level": event.level.rawValue, "message": event.message.description]
        .merging(sorted.map { ($0.key, $0.value.description) }) { own, _ in own }
      if let line = try? JSONOutput.line(line) { Console.error(json: line) }
    } else {
      let tail = sorted.map { " \($0.key)=\($0.value)" as OutputText }.joined(separator: "")
      Console.error("\(event.level.rawValue): \(event.message)\(tail)")
    }
  }
}
