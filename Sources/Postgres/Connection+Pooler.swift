extension Connection {
  /// The server's process that answers now. Behind a pooler, `backendPID` is a number that the pooler made up.
  public func serverProcess() throws(PostgresError) -> Int32 {
    try query("SELECT pg_catalog.pg_backend_pid()").scalar.flatMap { Int32($0) } ?? 0
  }

  /// Makes sure that what is set or locked in this session is seen by nobody else, before anything is.
  ///
  /// A pooler in session mode keeps a server's session for us as long as we are connected. One in transaction mode hands
  /// it on after each transaction, one in statement mode takes no transaction.
  /// - Parameter settings: what this connection was opened with.
  /// - Throws: `.pooled`
  public func refuseSharedSession(_ settings: ConnectionSettings) throws(PostgresError) {
    guard try serverProcess() != backendPID else { return }
    let process = try processOfTransaction()
    var others: [Connection] = []
    defer { for other in others { other.close() } }
    // The session that we just gave back is the next one that a pool hands out, or the one after that where sessions
    // take turns.
    for isLast in [false, true] {
      let other: Connection
      let taken: Int32
      do throws(PostgresError) {
        other = try Connection.open(settings, cancellation: cancellation, within: .seconds(3))
        try other.begin()
        taken = try other.serverProcess()
      } catch {
        if isLast { return }
        throw error
      }
      others.append(other)
      guard taken != process, try processOfTransaction() == process else { throw pooled("transaction") }
    }
  }

  /// The server's process that a transaction gets.
  private func processOfTransaction() throws(PostgresError) -> Int32 {
    do throws(PostgresError) {
      try begin()
    } catch  where error.sqlState == "08P01" {
      throw pooled("statement")
    }
    let process = try serverProcess()
    try commit()
    return process
  }

  private func pooled(_ mode: String) -> PostgresError {
    PostgresError(.pooled, "a pooler in \(mode) mode is in between: a session would not be ours alone", place: place)
  }
}
