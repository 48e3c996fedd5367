internal import Databases
internal import Logging
internal import Records
internal import Reports

extension RunEvents {
  /// For modules that log.
  var logger: Logger {
    Logger(label: "sluice") { _ in EventLogHandler(events: self, logLevel: wantsDetail ? .debug : .notice) }
  }

  func warn(_ sentence: String) { emit(.said(.warning, sentence)) }

  /// Tells, where somebody wants it, what the server said besides: it may hold data of rows.
  func tellDetail(of error: any Error) {
    guard wantsDetail, let detail = (error as? any ReportableError)?.detail else { return }
    for line in detail.split(separator: "\n") { emit(.said(.debug, String(line))) }
  }
}

extension Outage {
  /// One that is told as an event.
  convenience init(_ events: RunEvents) { self.init { events.emit(.retrying($0)) } }
}

/// Makes events of what modules log.
private struct EventLogHandler: LogHandler {
  let events: RunEvents
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let level: RunEvent.Level =
      switch event.level {
      case .trace, .debug, .info: .debug
      case .notice: .notice
      case .warning: .warning
      case .error, .critical: .error
      }
    events.emit(.said(level, event.message.description))
  }
}
