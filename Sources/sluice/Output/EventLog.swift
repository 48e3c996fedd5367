import Logging
import Reports

/// What the engine says while it works, as log lines.
struct EventLog: Sendable {
  let logger: Logger

  /// Until there are no more events.
  func start(_ events: AsyncStream<RunEvent>) -> Task<Void, Never> {
    Task { for await event in events { write(event) } }
  }

  private func write(_ event: RunEvent) {
    switch event {
    case .said(.debug, let text): logger.debug("\(text)")
    case .said(.notice, let text): logger.notice("\(text)")
    case .said(.warning, let text), .retrying(let text): logger.warning("\(text)")
    case .said(.error, let text): logger.error("\(text)")
    default: break
    }
  }
}
