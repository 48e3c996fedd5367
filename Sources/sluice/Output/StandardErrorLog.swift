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
    write(event.level, event.message.description, metadata.merging(event.metadata ?? [:]) { _, new in new })
  }

  func write(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata = [:]) {
    let sorted = metadata.sorted { $0.key < $1.key }
    if isJSON {
      let line = ["level": level.rawValue, "message": message]
        .merging(sorted.map { ($0.key, $0.value.description) }) { own, _ in own }
      if let line = try? JSONOutput.line(line) { Console.error(json: line) }
    } else {
      let tail = sorted.map { " \($0.key)=\($0.value)" as OutputText }.joined(separator: "")
      Console.error("\(level.rawValue): \(message)\(tail)")
    }
  }
}
