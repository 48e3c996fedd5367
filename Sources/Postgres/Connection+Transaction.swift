extension Connection {
  public enum Isolation: Sendable {
    /// Whatever the server's default is: under a stricter level a key that another transaction has just committed is an
    /// error instead of a row that is there.
    case readCommitted
    /// One state of the database for all that is read; nothing can be written.
    case snapshot
  }

  /// Runs `body` between BEGIN and COMMIT; when it throws, ROLLBACK, and that error is thrown.
  @discardableResult
  public func transaction<T>(_ isolation: Isolation = .readCommitted, _ body: () throws -> T) throws -> T {
    try begin(isolation)
    do {
      let result = try body()
      try commit()
      return result
    } catch {
      rollback()
      throw error
    }
  }

  public func begin(_ isolation: Isolation = .readCommitted) throws(PostgresError) {
    switch isolation {
    case .readCommitted: try execute("BEGIN ISOLATION LEVEL READ COMMITTED")
    case .snapshot: try execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }
  }

  /// Once COMMIT is sent, cancellation waits 2 s for the answer: only that says what the table has.
  /// - Throws: `.cancelled` when it was not sent any more; `.rolledBack` when the server answers ROLLBACK, as it does
  ///   where a command before has failed; `.connectionLost` when nobody knows whether it was done.
  public func commit() throws(PostgresError) {
    let tag = try whole { () throws(PostgresError) in
      try send("COMMIT")
      do throws(PostgresError) {
        return try collect().commandTag
      } catch  where error.kind == .cancelled {
        return try collect(until: .now + .seconds(2), heedingCancellation: false).commandTag
      }
    }
    guard tag == "COMMIT" else {
      throw PostgresError(.rolledBack, "the transaction was not committed: the server answered \(tag)", place: place)
    }
  }

  /// Ends a transaction without keeping it, also after cancellation. A connection on which that fails, or takes more than
  /// 2 s, is closed, which comes to the same.
  public func rollback() {
    guard isOpen, transactionStatus != .idle else { return }
    do {
      try send("ROLLBACK")
      _ = try collect(until: .now + .seconds(2), heedingCancellation: false)
    } catch {
      close()
    }
  }
}
