public import Postgres

/// What a run that is resumed asks the ledger, and tells it.
extension Ledger {
  /// The last run that began to load into a run's table after that run had; nil when none has. Its own replays do not
  /// count: they complete it.
  public static func successor(of row: RunRow, on connection: Connection) throws(PostgresError) -> String? {
    try connection.query(
      """
      SELECT later.run FROM sluice.runs later, sluice.runs own
      WHERE own.run = $1 AND own.dataset = $2 AND later.target = own.target AND later.run <> own.run
        AND later.started_at > own.started_at AND later.replays IS DISTINCT FROM own.run
      ORDER BY later.started_at DESC LIMIT 1
      """, parameters: [row.run, row.dataset]
    ).scalar
  }

  /// Notes that a run of a dataset that had stopped is at work again.
  public static func resume(_ row: RunRow, on connection: Connection) throws(PostgresError) {
    try connection.execute(
      "UPDATE sluice.runs SET outcome = NULL WHERE run = $1 AND dataset = $2 AND finished_at IS NULL",
      parameters: [row.run, row.dataset])
  }
}
