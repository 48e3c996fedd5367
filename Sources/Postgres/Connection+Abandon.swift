import CLibPQ

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Connection {
  /// Ends what runs on the server and throws its answers away, so that the next command finds a quiet connection. A
  /// server that does not follow in a few seconds loses us: the connection is closed.
  ///
  /// Does nothing when nothing runs.
  func abandon(reason: String = "the sender stopped") {
    guard transactionStatus == .active else { return }
    if !isCopyingIn { requestCancel() }
    if drain(reason: reason, within: .seconds(1)) { return }
    requestCancel()
    if !drain(reason: reason, within: .seconds(5)) { close() }
  }

  /// Asks the server, over a connection of its own, to end the current statement.
  private func requestCancel() {
    guard let handle = try? live(), let request = PQgetCancel(handle) else { return }
    defer { PQfreeCancel(request) }
    var fault = [CChar](repeating: 0, count: 256)
    _ = PQcancel(request, &fault, Int32(fault.count))
  }

  /// - Returns: whether the connection is ready for a command, or closed.
  private func drain(reason: String, within limit: Duration) -> Bool {
    let deadline = ContinuousClock.now + limit
    do {
      while let result = try nextResult(until: deadline, heedingCancellation: false) {
        let status = PQresultStatus(result)
        PQclear(result)
        if status == PGRES_COPY_IN { try endCopy(reason: reason, until: deadline, heedingCancellation: false) }
        if status == PGRES_COPY_OUT { try discardCopy(until: deadline) }
      }
      isCopyingIn = false
      return true
    } catch {
      return !isOpen
    }
  }

  private func discardCopy(until deadline: ContinuousClock.Instant) throws(PostgresError) {
    let handle = try live()
    while true {
      var row: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(handle, &row, 1)
      PQfreemem(row)
      if length < 0 { return }
      if length > 0 { continue }
      let ready = try wait(for: POLLIN, until: deadline, heedingCancellation: false)
      guard ready != 0, PQconsumeInput(handle) == 1 else { throw lost() }
    }
  }
}
