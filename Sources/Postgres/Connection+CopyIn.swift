import CLibPQ
import Platform

/// What a COPY FROM STDIN remembers between two pieces.
struct CopyInState {
  /// Bytes given to libpq since it was last asked to send all.
  var unsent = 0
  /// When the server began to say something that is no notice.
  var unexplainedSince: ContinuousClock.Instant?
  /// Why the server ended this COPY.
  var failure: PostgresError?

  /// From so many bytes on libpq sends by itself.
  static let packet = 8 << 10
}

extension Connection {
  /// Runs `COPY … FROM STDIN`; `body` writes the data.
  ///
  /// When `body` throws, the COPY is taken back and that error is thrown, also when the server has one too.
  /// - Parameter table: the table's name, so that a row named by an error is found whatever characters the name holds.
  /// - Returns: the number of rows the server says it took: triggers can make it less than was written.
  @discardableResult
  public func copyIn(
    _ sql: SQL, table: Identifier? = nil, write body: (inout CopyWriter) throws -> Void
  ) throws -> Int {
    try beginCopy(sql, expecting: PGRES_COPY_IN)
    isCopyingIn = true
    copy = CopyInState()
    var writer = CopyWriter(self, table: table)
    do {
      try body(&writer)
    } catch {
      abandon(reason: "the rows cannot be produced")
      throw error
    }
    // A body that catches the writer's error does not make it undone.
    if let failure = copy.failure { throw failure }
    return try whole { () throws(PostgresError) in
      try endCopy(reason: nil)
      return try collect(table: table).affectedRows ?? 0
    }
  }

  func beginCopy(_ sql: SQL, expecting status: ExecStatusType) throws(PostgresError) {
    try whole { () throws(PostgresError) in
      try send(sql)
      guard let result = try nextResult() else { throw lost() }
      defer { PQclear(result) }
      let answer = PQresultStatus(result)
      if answer == status { return }
      if answer == PGRES_FATAL_ERROR {
        let failure = PostgresError.server(
          result, place: place, command: command, table: nil, redaction: redaction)
        // What comes after it, such as the end of the connection, is its consequence.
        _ = try? collect()
        throw failure
      }
      isCopyingIn = answer == PGRES_COPY_IN
      throw PostgresError(.misuse, "this command is no COPY in the direction asked for", place: place)
    }
  }

  /// One piece of COPY data, at most `CopyWriter.pieceLength` bytes.
  func putCopyData(_ piece: UnsafeRawBufferPointer, table: Identifier?) throws(PostgresError) {
    if let failure = copy.failure { throw failure }
    do throws(PostgresError) {
      let handle = try live()
      let sends = copy.unsent + piece.count >= CopyInState.packet
      if sends { try awaitRoom() }
      let start = piece.baseAddress?.assumingMemoryBound(to: CChar.self)
      while true {
        let state = PQputCopyData(handle, start, Int32(piece.count))
        if state == 1 { break }
        if state < 0 { throw lost() }
        try flush()
      }
      copy.unsent += piece.count
      if sends { try flush() }
    } catch {
      let failure = copyFault(error, table: table)
      copy.failure = failure
      throw failure
    }
  }

  /// Waits until the kernel takes a whole piece. Were it to take part of one only, libpq would read what the server says
  /// into its own buffer, where we do not see it.
  private func awaitRoom() throws(PostgresError) {
    var ready: Int32 = 0
    while ready & POLLOUT == 0 {
      ready = try wait(for: POLLIN | POLLOUT)
      try listen(ready)
    }
  }

  /// Hands everything to the kernel.
  private func flush() throws(PostgresError) {
    let handle = try live()
    var state = PQflush(handle)
    while state == 1 {
      try listen(try wait(for: POLLIN | POLLOUT))
      state = PQflush(handle)
    }
    if state < 0 { throw lost() }
    copy.unsent = 0
  }

  /// The server speaks during a COPY to us for two reasons: a notice, or the error that ends it. libpq hands the error out
  /// only after the end of our data, so an error is what is there for a while and was no notice.
  private func listen(_ ready: Int32) throws(PostgresError) {
    let handle = try live()
    if ready & ~POLLOUT != 0 {
      let noticesBefore = notices.count
      guard PQconsumeInput(handle) == 1 else { throw lost() }
      _ = PQisBusy(handle)  // has what was read parsed
      if notices.count != noticesBefore {
        copy.unexplainedSince = nil
      } else if copy.unexplainedSince == nil {
        copy.unexplainedSince = .now
      }
    }
    if let since = copy.unexplainedSince, ContinuousClock.now - since > .milliseconds(100) {
      throw PostgresError(.connectionLost, "the server ended the COPY without saying why", place: place)
    }
  }

  /// Ends a COPY that cannot go on; the server's own words about it are better than ours.
  private func copyFault(_ ours: PostgresError, table: Identifier?) -> PostgresError {
    if ours.kind == .cancelled { return ours }
    // Also where that cannot be sent any more: the server's last words may have come in.
    try? endCopy(reason: "the sender stopped")
    do {
      _ = try collect(table: table)
    } catch {
      // 57014 is the echo of our own ending.
      if error.sqlState != nil && error.sqlState != "57014" { return error }
    }
    return ours
  }

  /// Tells the server that the data have ended, or with a `reason` that they are not to be kept.
  func endCopy(
    reason: String?, until deadline: ContinuousClock.Instant? = nil, heedingCancellation: Bool = true
  ) throws(PostgresError) {
    let handle = try live()
    isCopyingIn = false
    while true {
      switch PQputCopyEnd(handle, reason) {
      case 1: return
      case 0:
        let ready = try wait(for: POLLOUT, until: deadline, heedingCancellation: heedingCancellation)
        if ready == 0 { throw PostgresError(.connectionLost, "the server does not answer", place: place) }
      default: throw lost()
      }
    }
  }
}
