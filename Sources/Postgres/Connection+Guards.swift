extension Connection {
  /// Bounds, for this session, how long the server waits for us when we are gone and for locks that others hold, unless
  /// role, database or user have set a bound of their own. A statement that nobody waits for any more, such as one that
  /// publishes, ends within seconds instead of holding the table until it is done.
  ///
  /// A session that has nothing to do keeps its locks, whatever the role's idle_session_timeout; one that writes a file
  /// within its transaction has ten minutes for that.
  public func setGuards() throws(PostgresError) {
    let since14: SQL =
      serverVersion < 140_000
      ? ""
      : """
      SELECT pg_catalog.set_config('client_connection_check_interval', '5s', false)
        WHERE pg_catalog.current_setting('client_connection_check_interval') = '0';
      SET idle_session_timeout = 0;
      """
    try executeScript(
      """
      \(since14)
      SET idle_in_transaction_session_timeout = '10min';
      SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;
      SELECT pg_catalog.set_config('lock_timeout', '60s', false) WHERE pg_catalog.current_setting('lock_timeout') = '0'
      """)
  }

  /// A setting and who made it: `200ms`, `user`; nil when the server does not know it.
  public func setting(_ name: String) throws(PostgresError) -> (value: String, source: String)? {
    let rows = try query(
      "SELECT pg_catalog.current_setting(name), source FROM pg_catalog.pg_settings WHERE name = $1", parameters: [name]
    ).rows
    return rows.first.map { ($0[0] ?? "", $0[1] ?? "") }
  }

  /// Sessions that hold locks on a table, or on others while they wait for none: `process 123 (user app, idle in
  /// transaction)`, as far as this role may know them.
  /// - Parameter includingReaders: also those that only read, which keep nobody from writing.
  public func holders(
    ofLocksOn table: QualifiedTable, includingReaders: Bool = false
  ) throws(PostgresError) -> [String] {
    try query(
      """
      SELECT DISTINCT \(Self.session)
      FROM pg_catalog.pg_locks h LEFT JOIN pg_catalog.pg_stat_activity s ON s.pid = h.pid
      WHERE h.relation = pg_catalog.to_regclass($1) AND h.granted AND h.pid <> pg_catalog.pg_backend_pid()
        AND (h.mode <> 'AccessShareLock' OR $2)
      ORDER BY 1
      """, parameters: [table.quoted, String(includingReaders)]
    ).rows.compactMap { $0[0] }
  }
}
