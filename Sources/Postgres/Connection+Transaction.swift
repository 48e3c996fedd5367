extension Connection {
  /// Runs `body` between BEGIN and COMMIT; when it throws, ROLLBACK, and that error is thrown.
  public func transaction<T>(_ body: () throws -> T) throws -> T {
    try begin()
    do {
      let result = try body()
      try commit()
      return result
    } catch {
      rollback()
      throw error
    }
  }

  /// A transaction in READ COMMITTED, whatever the server's default is: under a stricter level a key that another
  /// transaction has just committed is an error instead of a row that is there.
  public func begin() throws(PostgresError) {
    try execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
  }

  /// - Throws: `.rolledBack` when the server answers ROLLBACK, as it does where a command before has failed;
  ///   `.connectionLost` when nobody knows whether it was done.
  public func commit() throws(PostgresError) {
    let tag = try query("COMMIT").commandTag
    guard tag == "COMMIT" else {
      throw PostgresError(.rolledBack, "the transaction was not committed: the server answered \(tag)", place: place)
    }
  }

  /// Ends a transaction without keeping it, also after cancellation. A connection on which that fails, or takes more than
  /// 5 s, is closed, which comes to the same.
  public func rollback() {
    guard isOpen, transactionStatus != .idle else { return }
    do {
      try send("ROLLBACK")
      _ = try collect(until: .now + .seconds(5), heedingCancellation: false)
    } catch {
      close()
    }
  }
}
