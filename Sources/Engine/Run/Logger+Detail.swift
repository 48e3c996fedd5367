internal import Logging
internal import Records

extension Logger {
  /// Tells, at debug level only, what the server said besides: it may hold data of rows.
  func tellDetail(of error: any Error) {
    guard let detail = (error as? any ReportableError)?.detail else { return }
    for line in detail.split(separator: "\n") { debug("\(line)") }
  }
}
