public import Postgres
internal import Records

extension Ledger {
  /// What publishing did; nil where it was not done.
  /// - Parameter locking: waits for another transaction that publishes the same, and keeps others out.
  public static func published(
    run: String, dataset: String, locking: Bool = false, on connection: Connection
  ) throws -> PublishCounts? {
    let lock: SQL = locking ? "FOR UPDATE" : ""
    let row = try connection.query(
      """
      SELECT published_at IS NOT NULL AS is_published, inserted, updated, unchanged, deleted, repeated, expected_rows,
        expected_digest, is_proved
      FROM sluice.runs WHERE run = $1 AND dataset = $2 \(lock)
      """, parameters: [run, dataset]
    ).ledgerRows(of: "runs", "run \(run), dataset \(dataset)").first
    guard let row else { throw noRow(run, dataset) }
    guard row["is_published"] == "t" else { return nil }
    var counts = PublishCounts(
      inserted: try row.count("inserted"), updated: try row.count("updated"), unchanged: try row.count("unchanged"),
      deleted: try row.count("deleted"), repeated: try row.count("repeated"))
    counts.expected = try row.sum("expected_rows", "expected_digest")
    counts.isProved = row["is_proved"] == "t"
    return counts
  }

  /// Notes what publishing did, in its transaction.
  static func publish(
    _ counts: PublishCounts, run: String, dataset: String, on connection: Connection
  ) throws(PostgresError) {
    let numbers = [counts.inserted, counts.updated, counts.unchanged, counts.deleted, counts.repeated]
    try connection.execute(
      """
      UPDATE sluice.runs SET published_at = clock_timestamp(), inserted = $3, updated = $4, unchanged = $5, deleted = $6,
        repeated = $7, expected_rows = $8, expected_digest = $9, is_proved = $10
      WHERE run = $1 AND dataset = $2
      """,
      parameters: [run, dataset] + numbers.map { String($0) }
        + [
          counts.expected.map { String($0.rows) }, counts.expected?.digest.description, String(counts.isProved),
        ])
  }

  /// The subtransaction that publishes at this moment: what it writes to the ledger bears its id too.
  static func publisher(run: String, dataset: String, on connection: Connection) throws -> UInt64 {
    let rows = try connection.query(
      """
      UPDATE sluice.runs SET run = run WHERE run = $1 AND dataset = $2
      RETURNING xmin AS xid, pg_current_xact_id() AS whole_xid
      """, parameters: [run, dataset]
    ).ledgerRows(of: "runs", "run \(run), dataset \(dataset)")
    guard let row = rows.first else { throw noRow(run, dataset) }
    return TransactionIDs.whole(
      UInt32(truncatingIfNeeded: try row.transaction("xid")), since: try row.transaction("whole_xid"))
  }

  /// Notes which transaction wrote the rows of all slices into the table.
  static func notePublisher(
    _ xid: UInt64, run: String, dataset: String, on connection: Connection
  ) throws(PostgresError) {
    try connection.execute(
      "UPDATE sluice.slices SET xids = ARRAY[$3::xid8] WHERE run = $1 AND dataset = $2",
      parameters: [run, dataset, String(xid)])
  }

  private static func noRow(_ run: String, _ dataset: String) -> LoadError {
    LoadError(.ledger, "the ledger has no row of this run", place: "run \(run), dataset \(dataset)")
  }

  /// Ordinals of records that gave way to another one of their key.
  public static func superseded(run: String, dataset: String, on connection: Connection) throws -> [Int64] {
    try connection.query(
      "SELECT ordinal FROM sluice.superseded WHERE run = $1 AND dataset = $2", parameters: [run, dataset]
    ).ledgerRows(of: "superseded", "run \(run), dataset \(dataset)").map { Int64(try $0.count("ordinal")) }
  }
}
