public import Postgres
public import Records

/// `sluice.runs` and `sluice.slices` in the target database: what was committed, written in the transaction that
/// committed it. Nothing is ever skipped because of anything else.
public enum Ledger {
  /// Creates schema and tables when they are missing; two runs may do so at once.
  public static func create(_ connection: Connection) throws {
    let present = try connection.query(
      "SELECT to_regclass('sluice.runs') IS NOT NULL AND to_regclass('sluice.slices') IS NOT NULL")
    if present.scalar == "t" { return }
    try connection.transaction {
      try connection.execute("SELECT pg_advisory_xact_lock(hashtext('sluice.ledger'))")
      try connection.execute("CREATE SCHEMA IF NOT EXISTS sluice")
      try connection.execute(
        """
        CREATE TABLE IF NOT EXISTS sluice.runs (
          run text NOT NULL,
          dataset text NOT NULL,
          pipeline text NOT NULL,
          target text NOT NULL,
          mode text NOT NULL,
          plan text NOT NULL,
          instant timestamptz NOT NULL,
          slice_bytes bigint NOT NULL,
          started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
          before_rows bigint,
          before_digest text,
          finished_at timestamptz,
          outcome text,
          source_bytes bigint,
          source_sha256 text,
          PRIMARY KEY (run, dataset)
        )
        """)
      try connection.execute(
        """
        CREATE TABLE IF NOT EXISTS sluice.slices (
          run text NOT NULL,
          dataset text NOT NULL,
          slice integer NOT NULL,
          byte_from bigint NOT NULL,
          byte_to bigint NOT NULL,
          read bigint NOT NULL,
          loaded bigint NOT NULL,
          rejected bigint NOT NULL,
          filtered bigint NOT NULL,
          digest text NOT NULL,
          refused bigint[] NOT NULL DEFAULT '{}',
          committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
          PRIMARY KEY (run, dataset, slice)
        )
        """)
    }
  }

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
    /// Rows and digest of the table before the run, where parity has to subtract them.
    public var before: (rows: Int, digest: RowDigest)?

    public init(
      run: String, dataset: String, pipeline: String, target: String, mode: String, plan: String, instant: String,
      sliceBytes: Int64, before: (rows: Int, digest: RowDigest)? = nil
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
    }
  }

  /// Whether any dataset of a run was begun.
  public static func hasRun(_ run: String, on connection: Connection) throws(PostgresError) -> Bool {
    try connection.query("SELECT EXISTS (SELECT FROM sluice.runs WHERE run = $1)", parameters: [run]).scalar == "t"
  }

  /// Writes a run's row; belongs into the transaction that prepares the table.
  public static func begin(_ row: RunRow, on connection: Connection) throws(PostgresError) {
    try connection.execute(
      """
      INSERT INTO sluice.runs (run, dataset, pipeline, target, mode, plan, instant, slice_bytes, before_rows, before_digest)
      VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8, $9, $10)
      """,
      parameters: [
        row.run, row.dataset, row.pipeline, row.target, row.mode, row.plan, row.instant, String(row.sliceBytes),
        row.before.map { String($0.rows) }, row.before.map { $0.digest.description },
      ])
  }

  /// Notes how a run of a dataset ended.
  public static func finish(
    run: String, dataset: String, outcome: String, source: (bytes: Int64, sha256: String?)?, on connection: Connection
  ) throws(PostgresError) {
    try connection.execute(
      """
      UPDATE sluice.runs SET finished_at = clock_timestamp(), outcome = $3, source_bytes = $4, source_sha256 = $5
      WHERE run = $1 AND dataset = $2
      """,
      parameters: [run, dataset, outcome, source.map { String($0.bytes) }, source?.sha256])
  }

  /// The last run that loaded a dataset of a pipeline into a table, newest first.
  public static func lastRun(
    pipeline: String, dataset: String, target: String, run: String?, on connection: Connection
  ) throws(PostgresError) -> RunRow? {
    let exists = try connection.query("SELECT to_regclass('sluice.runs') IS NOT NULL")
    guard exists.scalar == "t" else { return nil }
    let rows = try connection.query(
      """
      SELECT run, mode, plan, to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), slice_bytes, before_rows,
        before_digest
      FROM sluice.runs WHERE pipeline = $1 AND dataset = $2 AND target = $3 AND ($4::text IS NULL OR run = $4)
      ORDER BY started_at DESC LIMIT 1
      """, parameters: [pipeline, dataset, target, run]
    ).rows
    guard let row = rows.first, let run = row[0], let mode = row[1], let plan = row[2], let instant = row[3] else {
      return nil
    }
    var before: (rows: Int, digest: RowDigest)?
    if let rows = row[5].flatMap({ Int($0) }), let digest = row[6].flatMap({ RowDigest($0) }) {
      before = (rows, digest)
    }
    return RunRow(
      run: run, dataset: dataset, pipeline: pipeline, target: target, mode: mode, plan: plan, instant: instant,
      sliceBytes: row[4].flatMap { Int64($0) } ?? 0, before: before)
  }

  /// What the committed slices of a run add up to.
  public struct Totals: Sendable, Hashable {
    public var slices = 0
    public var read = 0
    public var loaded = 0
    public var rejected = 0
    public var filtered = 0
    public var digest = RowDigest()
    /// Ordinals of records that the server itself refused.
    public var refused: [Int64] = []
    /// Whether the slices lie end to end from the first byte on.
    public var isContiguous = true
    public var lastByte: Int64 = 0

    public init() {}
  }

  public static func totals(run: String, dataset: String, on connection: Connection) throws(PostgresError) -> Totals {
    var totals = Totals()
    let rows = try connection.query(
      """
      SELECT byte_from, byte_to, read, loaded, rejected, filtered, digest, array_to_string(refused, ',')
      FROM sluice.slices WHERE run = $1 AND dataset = $2 ORDER BY slice
      """, parameters: [run, dataset]
    ).rows
    for row in rows {
      let numbers = row[0..<6].map { $0.flatMap { Int($0) } ?? 0 }
      totals.slices += 1
      if Int64(numbers[0]) != totals.lastByte { totals.isContiguous = false }
      totals.lastByte = Int64(numbers[1])
      totals.read += numbers[2]
      totals.loaded += numbers[3]
      totals.rejected += numbers[4]
      totals.filtered += numbers[5]
      if let digest = row[6].flatMap({ RowDigest($0) }) { totals.digest &+= digest }
      totals.refused += (row[7] ?? "").split(separator: ",").compactMap { Int64($0) }
    }
    return totals
  }
}
