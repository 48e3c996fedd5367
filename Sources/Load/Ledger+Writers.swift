public import Postgres

/// Which transactions wrote the rows of runs into their tables.
extension Ledger {
  /// Those of a run of a dataset and of the replays of its rejects.
  /// - Returns: nil where the ledger does not have them of every slice, as an earlier version of it began the run.
  public static func writers(of row: RunRow, on connection: Connection) throws -> TransactionIDs? {
    guard try hasOrigins(on: connection) else { return nil }
    return try writers(
      """
      dataset = $2 AND (run = $1 OR run IN (SELECT run FROM sluice.runs WHERE replays = $1 AND dataset = $2))
      """, [row.run, row.dataset], on: connection)
  }

  /// Those of all runs into a table, as far as the ledger has them.
  public static func writers(into target: String, on connection: Connection) throws -> TransactionIDs {
    try writers(
      """
      xids IS NOT NULL AND EXISTS (SELECT FROM sluice.runs
        WHERE runs.run = slices.run AND runs.dataset = slices.dataset AND target = $1)
      """, [target], on: connection) ?? TransactionIDs()
  }

  private static func writers(
    _ condition: SQL, _ parameters: [String], on connection: Connection
  ) throws -> TransactionIDs? {
    var ids: [UInt64] = []
    let rows = try connection.query(
      "SELECT run, dataset, slice, array_to_string(xids, ',', 'null') AS xids FROM sluice.slices WHERE \(condition)",
      parameters: parameters)
    for cells in rows.rows {
      let key = "run \(cells[0] ?? "null"), dataset \(cells[1] ?? "null")"
      let row = LedgerRow(table: "slices", key: key, columns: rows.columns, cells: cells)
      guard row["xids"] != nil else { return nil }
      ids += try row.transactions("xids")
    }
    return TransactionIDs(ids)
  }

  /// Whether the ledger is of a version that has where a slice's rows came from, and who wrote them.
  static func hasOrigins(on connection: Connection) throws(PostgresError) -> Bool {
    try connection.query(
      """
      SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('sluice.slices') AND attname = 'xids'
        AND NOT attisdropped)
      """
    ).scalar == "t"
  }
}
