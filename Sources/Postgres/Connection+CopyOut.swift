import CLibPQ
import Platform

extension Connection {
  /// Runs `COPY … TO STDOUT` and calls `row` for every message of the server: in text format that is one row with its
  /// line end. The bytes are valid during the call only.
  ///
  /// When `row` throws, the server is told to stop and that error is thrown.
  /// - Returns: the number of rows the server says it sent.
  @discardableResult
  public func copyOut(_ sql: SQL, row: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    try beginCopy(sql, expecting: PGRES_COPY_OUT)
    do {
      try receiveCopy(row)
    } catch {
      abandon()
      throw error
    }
    return try whole { () throws(PostgresError) in try collect().affectedRows ?? 0 }
  }

  private func receiveCopy(_ row: (UnsafeRawBufferPointer) throws -> Void) throws {
    let handle = try live()
    var buffer: UnsafeMutablePointer<CChar>?
    while true {
      let length = PQgetCopyData(handle, &buffer, 1)
      if length > 0 {
        defer { PQfreemem(buffer) }
        try row(UnsafeRawBufferPointer(start: buffer, count: Int(length)))
      } else if length == 0 {
        // Nothing is buffered: between rows there is no need to look at the flag, here `wait` does.
        _ = try wait(for: POLLIN)
        if PQconsumeInput(handle) == 0 && PQstatus(handle) == CONNECTION_OK { throw lost() }
        if PQstatus(handle) != CONNECTION_OK { return }
      } else {
        // The end, or an error: the results that follow say which.
        return
      }
    }
  }
}
