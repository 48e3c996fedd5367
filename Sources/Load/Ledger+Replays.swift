public import PipelineSpec
public import Postgres

/// Replays: runs that load what an earlier run set aside.
extension Ledger {
  /// Ordinals of records that the server refused when a run of a dataset was loaded: in the end, which is the last replay
  /// of its rejects where there was one.
  public static func refused(run: String, dataset: String, on connection: Connection) throws -> [Int64] {
    let last = try connection.query(
      """
      SELECT run FROM sluice.runs WHERE replays = $1 AND dataset = $2 AND finished_at IS NOT NULL
      ORDER BY started_at DESC LIMIT 1
      """, parameters: [run, dataset]
    ).scalar
    return try totals(run: last ?? run, dataset: dataset, on: connection).refused
  }

  /// Takes a run out of the ledger of which nothing was committed. Its tables must have been claimed: an earlier attempt
  /// cannot commit any more then.
  /// - Returns: false when something was; it is all left as it is.
  public static func forget(run: String, _ tables: [TableSpec], on connection: Connection) throws -> Bool {
    try connection.transaction {
      let isBegun = try connection.query(
        """
        SELECT EXISTS (SELECT FROM sluice.slices WHERE run = $1)
          OR EXISTS (SELECT FROM sluice.runs WHERE run = $1 AND (published_at IS NOT NULL OR finished_at IS NOT NULL))
        """, parameters: [run]
      ).scalar
      guard isBegun == "f" else { return false }
      for table in tables { try StagingTable(run: run, of: table).drop(on: connection) }
      try connection.execute("DELETE FROM sluice.runs WHERE run = $1", parameters: [run])
      return true
    }
  }

  /// Keeps other processes from replaying the rejects of a run, as long as the connection lasts or until `endReplay`.
  /// - Returns: false when another one does so.
  public static func beginReplay(of run: String, on connection: Connection) throws(PostgresError) -> Bool {
    try connection.query(
      "SELECT pg_try_advisory_lock(hashtextextended('sluice replay:' || $1, 0))", parameters: [run]
    ).scalar == "t"
  }

  public static func endReplay(of run: String, on connection: Connection) throws(PostgresError) {
    try connection.query(
      "SELECT pg_advisory_unlock(hashtextextended('sluice replay:' || $1, 0))", parameters: [run])
  }
}
