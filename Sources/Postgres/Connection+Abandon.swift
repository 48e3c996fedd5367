import CLibPQ
import Dispatch
import Platform

extension Connection {
  /// Ends what runs on the server and throws its answers away, so that the next command finds a quiet connection. A
  /// server that does not follow within 4 s loses us: the connection is closed.
  ///
  /// Does nothing when nothing runs.
  func abandon(reason: String = "the sender stopped") {
    guard transactionStatus == .active else { return }
    if isBrief { return close() }
    if !isCopyingIn { requestCancel() }
    if drain(reason: reason, within: .seconds(1)) { return }
    requestCancel()
    if !drain(reason: reason, within: .seconds(1)) { close() }
  }

  /// Asks the server, over a connection of its own, to end the current statement; waits a second for its answer.
  ///
  /// libpq waits as long as the network lets it, deaf to everything: so another thread does it, which outlives us if need
  /// be. A request knows nothing of its connection; only its address changes threads.
  private func requestCancel() {
    guard let handle = try? live(), let request = PQgetCancel(handle) else { return }
    let address = UInt(bitPattern: request)
    let answered = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
      let request = OpaquePointer(bitPattern: address)
      var fault = [CChar](repeating: 0, count: 256)
      _ = PQcancel(request, &fault, Int32(fault.count))
      PQfreeCancel(request)
      answered.signal()
    }
    _ = answered.wait(timeout: .now() + 1)
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
