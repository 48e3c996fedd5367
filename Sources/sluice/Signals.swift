import Dispatch
import Engine
import Logging
import Platform
import Records
import Synchronization

/// SIGINT, SIGTERM and SIGHUP stop a run cleanly; a second one ends the process at once.
final class Signals: Sendable {
  private let received = Mutex<Records.ExitStatus?>(nil)

  /// The status that the first signal asks for.
  var stopping: Stopping { Stopping { [self] in received.withLock { $0 } ?? .interrupted } }

  /// A reader that went away, and a file that may not grow any more, are errors of the write that met them, not the end
  /// of the process.
  static func ignoreFailedWrites() { setFailedWrites(SIG_IGN) }

  /// As a program expects it that takes this one's place.
  static func restoreFailedWrites() { setFailedWrites(SIG_DFL) }

  private static func setFailedWrites(_ action: (@convention(c) (Int32) -> Void)?) {
    for number in [SIGPIPE, SIGXFSZ] { signal(number, action) }
  }

  /// Runs `body` in a task that the first signal cancels.
  func whileListening<Result: Sendable>(
    _ logger: Logger, _ body: @escaping @Sendable () async -> Result
  ) async -> Result {
    let task = Task { await body() }
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in
        let status: Records.ExitStatus = number == SIGINT ? .interrupted : .terminated
        let isFirst = received.withLock { received in
          defer { received = received ?? status }
          return received == nil
        }
        if !isFirst { _exit(status.rawValue) }
        Console.beginErrorLine()
        logger.notice("stopping; once more ends at once")
        task.cancel()
      }
      source.resume()
      return source
    }
    let result = await task.value
    for source in sources { source.cancel() }
    return result
  }
}
