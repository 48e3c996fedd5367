public import Postgres

/// How a lock is asked for that others would queue behind: for 2 s at a time, so that nobody waits longer behind us.
public struct LockPatience {
  /// From the first try on.
  let limit: Duration
  /// Told why there is a wait.
  let notice: (String) -> Void

  private static let longestTry: Int64 = 2000

  /// One try, and nobody is told.
  public static var none: LockPatience { LockPatience(limit: .zero) { _ in } }

  public init(limit: Duration, notice: @escaping (String) -> Void) {
    self.limit = limit
    self.notice = notice
  }

  /// Takes a lock on a table within a transaction. What the transaction did before stays, and so does its `lock_timeout`.
  /// - Parameter lock: `LOCK TABLE …`
  /// - Throws: the last time-out, which names those who hold the table.
  func take(_ lock: SQL, on table: QualifiedTable, _ connection: Connection) throws {
    let setting = try connection.query(
      "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'lock_timeout'"
    ).scalar
    let usual = setting.flatMap { Int64($0) } ?? 0
    let once = usual > 0 ? min(usual, Self.longestTry) : Self.longestTry
    let deadline = ContinuousClock.now + limit
    while let refusal = try refusal(of: lock, within: once, usual, connection) {
      let named = refusal.naming(holdersOf: table, includingReaders: true, connection)
      guard ContinuousClock.now < deadline else { throw named }
      notice("waiting for a lock on \(table): \(named.message)")
      try connection.query("SELECT pg_catalog.pg_sleep(1)")
    }
  }

  /// One try; times are in ms.
  /// - Returns: nil when the lock was taken.
  private func refusal(
    of lock: SQL, within once: Int64, _ usual: Int64, _ connection: Connection
  ) throws(PostgresError) -> PostgresError? {
    do throws(PostgresError) {
      try connection.executeScript(
        """
        SAVEPOINT sluice_lock; SET LOCAL lock_timeout = \(once); \(lock);
        SET LOCAL lock_timeout = \(usual); RELEASE SAVEPOINT sluice_lock
        """)
      return nil
    } catch {
      guard error.kind == .lockTimeout else { throw error }
      try connection.executeScript("ROLLBACK TO SAVEPOINT sluice_lock; RELEASE SAVEPOINT sluice_lock")
      return error
    }
  }
}

extension PostgresError {
  /// A lock that was not to be had, with those who hold the table, as far as this role may know them.
  /// - Parameter includingReaders: whether those who only read stand in the way as well.
  public func naming(
    holdersOf table: QualifiedTable, includingReaders: Bool = false, _ connection: Connection
  ) -> PostgresError {
    guard let holders = try? connection.holders(ofLocksOn: table, includingReaders: includingReaders), !holders.isEmpty
    else { return self }
    var error = self
    error.message += "; the table is locked by " + holders.joined(separator: ", ")
    return error
  }
}
