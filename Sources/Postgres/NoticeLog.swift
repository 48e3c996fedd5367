import CLibPQ
import Logging

/// Takes a connection's notices and warnings to the log at debug level: they may quote rows. libpq would print them to
/// stderr.
final class NoticeLog {
  private let logger: Logger
  var redaction: Redaction
  /// Notices taken so far.
  private(set) var count = 0

  init(logger: Logger, redaction: Redaction) {
    self.logger = logger
    self.redaction = redaction
  }

  /// The connection must be finished before this object goes.
  func attach(to handle: OpaquePointer) {
    let receiver: PQnoticeReceiver = { context, result in
      guard let context, let result else { return }
      Unmanaged<NoticeLog>.fromOpaque(context).takeUnretainedValue().take(result)
    }
    PQsetNoticeReceiver(handle, receiver, Unmanaged.passUnretained(self).toOpaque())
  }

  private func take(_ result: OpaquePointer) {
    count += 1
    logger.debug(
      "\(redaction(PQresultErrorMessage(result).map { PostgresError.oneLine(String(cString: $0)) } ?? ""))")
  }
}
