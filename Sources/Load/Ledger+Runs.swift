public import Postgres
public import Records

extension Ledger {
  /// A run's row for one dataset.
  public struct RunRow: Sendable {
    public var run: String
    public var dataset: String
    public var pipeline: String
    public var target: String
    public var mode: String
    /// The plan as text: what makes two runs the same.
    public var plan: String
    /// RFC 3339, the run's `$now`.
    public var instant: String
    public var sliceBytes: Int64
    /// Rows and digest of the table before the run. Of an append only a ledger before version 6 has them.
    public var before: (rows: Int, digest: RowDigest)?
    /// The table's object identifier when the run began.
    public var targetOID: UInt32 = 0
    /// How the run of the dataset ended; nil while it has not.
    public var outcome: RunOutcome?
    /// Whether everything of the dataset was done.
    public var isFinished = false
    /// What was reported of the dataset when it was finished, as JSON.
    public var report: String?
    /// The run whose rejects it loads; nil for what is no replay.
    public var replays: String?

    public init(
      run: String, dataset: String, pipeline: String, target: String, mode: String, plan: String, instant: String,
      sliceBytes: Int64, before: (rows: Int, digest: RowDigest)? = nil, targetOID: UInt32 = 0
    ) {
      self.run = run
      self.dataset = dataset
      self.pipeline = pipeline
      self.target = target
      self.mode = mode
      self.plan = plan
      self.instant = instant
      self.sliceBytes = sliceBytes
      self.before = before
      self.targetOID = targetOID
    }
  }

  /// Whether any dataset of a run was begun.
  public static func hasRun(_ run: String, on connection: Connection) throws(PostgresError) -> Bool {
    try connection.query("SELECT EXISTS (SELECT FROM sluice.runs WHERE run = $1)", parameters: [run]).scalar == "t"
  }

  /// Writes a run's row; belongs into the transaction that prepares the table. Waits for another transaction that writes the
  /// same.
  /// - Returns: false when there is one already.
  @discardableResult
  public static func begin(_ row: RunRow, on connection: Connection) throws(PostgresError) -> Bool {
    try connection.execute(
      """
      INSERT INTO sluice.runs
        (run, dataset, pipeline, target, mode, plan, instant, slice_bytes, before_rows, before_digest, target_oid,
          replays)
      VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING
      """,
      parameters: [
        row.run, row.dataset, row.pipeline, row.target, row.mode, row.plan, row.instant, String(row.sliceBytes),
        row.before.map { String($0.rows) }, row.before.map { $0.digest.description }, String(row.targetOID),
        row.replays,
      ]) == 1
  }

  /// Notes that everything of a dataset was done.
  /// - Parameter report: what was reported of it, as JSON.
  public static func finish(
    run: String, dataset: String, outcome: RunOutcome, source: (bytes: Int64, sha256: String?), report: String,
    on connection: Connection
  ) throws(PostgresError) {
    try connection.execute(
      """
      UPDATE sluice.runs SET finished_at = clock_timestamp(), outcome = $3, source_bytes = $4, source_sha256 = $5,
        report = $6
      WHERE run = $1 AND dataset = $2
      """,
      parameters: [run, dataset, outcome.rawValue, String(source.bytes), source.sha256, report])
  }

  /// Notes that a run of a dataset stopped, and can be resumed.
  public static func stop(
    run: String, dataset: String, outcome: RunOutcome, on connection: Connection
  ) throws(PostgresError) {
    try connection.execute(
      "UPDATE sluice.runs SET outcome = $3 WHERE run = $1 AND dataset = $2 AND finished_at IS NULL",
      parameters: [run, dataset, outcome.rawValue])
  }

  /// A run's row for a dataset; nil when it was not begun.
  public static func row(run: String, dataset: String, on connection: Connection) throws -> RunRow? {
    try rows(" WHERE run = $1 AND dataset = $2", [run, dataset], on: connection).first
  }

  /// The last run that loaded a dataset of a pipeline into a table; nil when there is none, or no ledger. Replays only
  /// complete what such a run began.
  public static func lastRun(
    pipeline: String, dataset: String, target: String, run: String?, on connection: Connection
  ) throws -> RunRow? {
    guard try exists(on: connection) else { return nil }
    return try rows(
      """
       WHERE pipeline = $1 AND dataset = $2 AND target = $3 AND replays IS NULL AND ($4::text IS NULL OR run = $4)
      ORDER BY started_at DESC LIMIT 1
      """, [pipeline, dataset, target, run], on: connection
    ).first
  }

  static func rows(
    _ condition: SQL, _ parameters: [String?], on connection: Connection
  ) throws -> [RunRow] {
    let result = try connection.query(
      """
      SELECT run, dataset, pipeline, target, mode, plan,
        to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS instant, slice_bytes, before_rows,
        before_digest, target_oid, outcome, finished_at IS NOT NULL AS is_finished, report, replays
      FROM sluice.runs\(condition)
      """, parameters: parameters)
    return try result.rows.map { cells in
      let key = "run \(cells[0] ?? "null"), dataset \(cells[1] ?? "null")"
      return try RunRow(LedgerRow(table: "runs", key: key, columns: result.columns, cells: cells))
    }
  }
}

extension Ledger.RunRow {
  fileprivate init(_ row: LedgerRow) throws(LoadError) {
    self.init(
      run: try row.text("run"), dataset: try row.text("dataset"), pipeline: try row.text("pipeline"),
      target: try row.text("target"), mode: try row.text("mode"), plan: try row.text("plan"),
      instant: try row.text("instant"), sliceBytes: Int64(try row.count("slice_bytes")),
      before: try row.sum("before_rows", "before_digest"), targetOID: row["target_oid"].flatMap { UInt32($0) } ?? 0)
    guard sliceBytes > 0 else { throw row.damaged("slice_bytes") }
    outcome = row["outcome"].map { RunOutcome(kept: $0) }
    isFinished = row["is_finished"] == "t"
    report = row["report"]
    replays = row["replays"]
  }
}
