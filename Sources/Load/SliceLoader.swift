public import Postgres
public import Records

/// Loads slices over one connection, each in one transaction with its ledger row: the load stage.
///
/// `stage` does everything but COMMIT, so that the caller can wait for the backup in between; `commit` ends it. After an
/// error the transaction is rolled back.
public struct SliceLoader {
  private let connection: Connection
  private let run: String
  private let dataset: String
  /// Where the rows are to be in the end, and what messages name.
  private let target: QualifiedTable
  private let table: QualifiedTable
  private var isStaged: Bool { table != target }
  private let copy: SQL
  private let onRefusal: OnError
  private let claim: TableClaim?
  private let shape: TableShape?
  private let writesOrdinals: Bool

  /// What became of a slice.
  public struct Outcome: Sendable {
    public var slice: Int
    public var range: Range<Int64>
    public var read = 0
    public var loaded = 0
    public var rejected = 0
    public var filtered = 0
    /// The sum over the loaded rows.
    public var digest = RowDigest()
    /// Records that the server refused; their text is not at hand.
    public var refused: [Rejection] = []
    /// The ledger had this slice already; nothing was done.
    public var wasCommitted = false
  }

  /// - Parameters:
  ///   - onRefusal: what to do with a row that the server refuses: fail, or load the rest of its slice.
  ///   - staging: where the rows go; nil: into the table itself.
  ///   - claim: that the table is this run's, of which every slice's transaction makes sure; nil: it does not.
  ///   - shape: what the rows were encoded for, of which it makes sure as well.
  public init(
    connection: Connection, run: String, dataset: String, layout: TableLayout, staging: StagingTable? = nil,
    onRefusal: OnError, claim: TableClaim? = nil, shape: TableShape? = nil
  ) throws(PostgresError) {
    self.connection = connection
    self.claim = claim
    self.shape = shape
    self.run = run
    self.dataset = dataset
    self.onRefusal = onRefusal
    target = try QualifiedTable(schema: layout.schema, table: layout.table)
    table = staging?.table ?? target
    writesOrdinals = staging?.hasOrdinals ?? false
    var columns: [Identifier] = []
    for column in layout.columns { columns.append(try Identifier(column.name)) }
    if writesOrdinals { columns.append(try Identifier(StagingTable.ordinal)) }
    copy = "COPY \(table) (\(columns)) FROM STDIN (FORMAT binary)"
  }

  /// Does the work of a slice up to COMMIT. A slice that the ledger has is compared with it and left alone.
  public func stage(_ slice: Slice) throws -> Outcome {
    var outcome = Outcome(slice)
    let rows = SliceRows(slice)
    do {
      try begin()
      guard let entry = try enter(outcome, sha256: slice.sha256) else {
        try adopt(rows, &outcome)
        connection.rollback()
        return outcome
      }
      if rows.count > 0 { try load(rows, entry, &outcome) }
      return outcome
    } catch {
      connection.rollback()
      throw explained(error)
    }
  }

  /// A stricter setting of the user's stays. What a client that vanished leaves behind, the server ends by itself.
  private func begin() throws(PostgresError) {
    let watch: SQL = connection.serverVersion >= 140_000 ? "SET LOCAL client_connection_check_interval = '5s';" : ""
    try connection.executeScript(
      """
      BEGIN ISOLATION LEVEL READ COMMITTED;
      SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
        WHERE pg_catalog.current_setting('synchronous_commit') IN ('off', 'local', 'remote_write');
      \(watch)
      SET LOCAL idle_in_transaction_session_timeout = '10min';
      \(shape?.holding ?? "")
      """)
  }

  /// Makes what `stage` did last.
  public func commit() throws(PostgresError) { try connection.commit() }

  /// Takes back what `stage` did.
  public func rollback() { connection.rollback() }

  /// Writes the ledger row; waits for another transaction that holds the same one.
  /// - Returns: nil when the ledger has the slice already, the table is another run's by now, or it was changed.
  private func enter(_ outcome: Outcome, sha256: String?) throws -> SliceEntry? {
    var parameters: [String?] = [
      run, dataset, String(outcome.slice), String(outcome.range.lowerBound), String(outcome.range.upperBound),
      String(outcome.read), String(outcome.loaded), String(outcome.rejected), String(outcome.filtered),
      outcome.digest.description, sha256,
    ]
    // Rows of the staging table are written into the table when they are published.
    let xids: SQL = isStaged ? "'{}'::xid8[]" : "ARRAY[pg_current_xact_id()]"
    var conditions: SQL = ""
    if let claim {
      conditions = " FROM (SELECT FROM sluice.targets WHERE target = $12 AND epoch = $13::bigint FOR SHARE) AS fence"
      parameters += [claim.target, String(claim.epoch)]
    }
    if let shape {
      let unchanged = shape.isUnchanged(from: parameters.count + 1)
      conditions = "\(conditions) WHERE \(unchanged.condition)"
      parameters += unchanged.parameters
    }
    let entered = try connection.query(
      """
      INSERT INTO sluice.slices
        (run, dataset, slice, byte_from, byte_to, read, loaded, rejected, filtered, digest, source_sha256, xids)
      SELECT $1, $2, $3::integer, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::bigint, $9::bigint, $10, $11,
        \(xids)\(conditions)
      ON CONFLICT DO NOTHING RETURNING ctid AS place, pg_current_xact_id() AS xid
      """, parameters: parameters)
    return try entered.rows.first.map { try SliceEntry(columns: entered.columns, cells: $0) }
  }

  /// Takes what the ledger has of the slice for its outcome.
  /// - Throws: `load.ledger` unless that is what this slice would have come to: the source or the plan is another one.
  private func adopt(_ rows: SliceRows, _ outcome: inout Outcome) throws {
    guard let entry = try Ledger.slice(outcome.slice, run: run, dataset: dataset, on: connection) else {
      try shape?.check(on: connection)
      try claim?.check(on: connection)
      throw conflict(outcome)
    }
    for refusal in entry.refusals {
      guard let row = rows.row(ordinal: refusal.ordinal) else { throw conflict(outcome) }
      refuse(row, code: refusal.code, reason: refusal.reason, &outcome)
    }
    guard entry.range == outcome.range, entry.read == outcome.read, entry.loaded == outcome.loaded,
      entry.rejected == outcome.rejected, entry.filtered == outcome.filtered, entry.digest == outcome.digest
    else { throw conflict(outcome) }
    outcome.wasCommitted = true
  }

  private func conflict(_ outcome: Outcome) -> LoadError {
    LoadError(
      .ledger, "the ledger has slice \(outcome.slice) of this run with other bounds, records or values",
      place: target.description, remedy: "the source or the plan is another one: start a new run")
  }

  private func load(_ rows: SliceRows, _ entry: SliceEntry, _ outcome: inout Outcome) throws {
    // A constraint that is checked at COMMIT would refuse a row when nobody can say which any more.
    try connection.executeScript("SET CONSTRAINTS ALL IMMEDIATE; \(SearchPath.ofRole)")
    if onRefusal == .stop {
      do {
        try send(rows, [0..<rows.count])
      } catch let error as PostgresError where error.isRowRefusal {
        throw refusal(error, row: error.copyRow.map { $0 - 1 } ?? (try? refusedRow(rows)), rows)
      }
      return
    }
    var search = RefusalSearch(rows.count, on: connection)
    var entry = entry
    try search.load {
      try send(rows, $0)
    } refuse: { row, error in
      refuse(row, error, rows, &outcome)
    } keep: {
      if !isStaged { try entry.noteWriter(on: connection) }
    }
    if outcome.refused.isEmpty, isStaged { return }
    try connection.execute(SearchPath.pinned)
    try amend(outcome, isStaged ? [] : entry.writers)
  }

  private func send(_ rows: SliceRows, _ ranges: [Range<Int>]) throws {
    let counted = try connection.copyIn(copy, table: table.table) { writer in
      try rows.write(ranges, ordinals: writesOrdinals, to: &writer)
    }
    let sent = ranges.reduce(0) { $0 + $1.count }
    guard counted == sent else {
      throw LoadError(
        .count, "\(sent) rows were sent and the server took \(counted)", place: target.description,
        remedy: "a trigger or rule of the table drops rows; disable it for the load, or load into another table")
    }
  }

  private func refuse(_ row: Int, _ error: PostgresError, _ rows: SliceRows, _ outcome: inout Outcome) {
    let reason = error.reasonOfRefusal + (error.needsParent.map { "; \($0)" } ?? "")
    refuse(rows[row], code: error.sqlState ?? error.code, reason: inTarget(reason), &outcome)
  }

  private func refuse(_ row: Row, code: String, reason: String, _ outcome: inout Outcome) {
    outcome.refused.append(Rejection(position: row.position, stage: .load, code: code, reason: reason))
    outcome.loaded -= 1
    outcome.rejected += 1
    outcome.digest &-= row.digest
  }

  private func refusal(_ error: PostgresError, row: Int?, _ rows: SliceRows) -> LoadError {
    let position = row.flatMap { (0..<rows.count).contains($0) ? rows[$0].position : nil }
    let record = position.map { "\($0)" } ?? "a record of this slice"
    let state = error.sqlState.map { " (SQLSTATE \($0))" } ?? ""
    return LoadError(
      .refused, "PostgreSQL refused \(record): \(inTarget(error.reasonOfRefusal))\(state)", place: target.description,
      remedy: "\(error.needsParent ?? "correct it"), or run with --on-error reject to set such records aside",
      cause: error, detail: error.detail)
  }

  /// The first row that the server refuses, where it does not say which: a constraint that is checked when all rows are in. The
  /// transaction, which is lost, is begun again for that; nothing of it is kept.
  private func refusedRow(_ rows: SliceRows) throws -> Int? {
    struct Found: Error {
      var row: Int
    }
    connection.rollback()
    try begin()
    try connection.executeScript("SET CONSTRAINTS ALL IMMEDIATE; \(SearchPath.ofRole)")
    var search = RefusalSearch(rows.count, on: connection)
    do {
      try search.load {
        try send(rows, $0)
      } refuse: { row, _ in
        throw Found(row: row)
      } keep: {
      }
      return nil
    } catch let found as Found {
      return found.row
    }
  }

  /// Of what the server does not say about a row, but about the table and what it calls.
  private func explained(_ error: any Error) -> any Error {
    guard var error = error as? PostgresError, error.kind == .schema || error.kind == .permission else { return error }
    if error.sqlState == "22P03" || error.sqlState == "22P04" {
      return TableShape.changed(target, cause: error, detail: error.detail)
    }
    if error.place == connection.place { error.place = target.description }
    return error
  }

  /// What the server says, with the target's name where it says the staging table's.
  private func inTarget(_ text: String) -> String {
    !isStaged
      ? text
      : text.replacing(table.description, with: target.description)
        .replacing(table.table.name, with: target.table.name)
  }

  /// Corrects the ledger row by what was refused, and by who wrote the rest.
  private func amend(_ outcome: Outcome, _ writers: [UInt64]) throws(PostgresError) {
    let ordinals = outcome.refused.map { String($0.position.ordinal) }
    try connection.execute(
      """
      UPDATE sluice.slices SET loaded = $4, rejected = $5, digest = $6, refused = $7::bigint[], refused_codes = $8::text[],
        refused_reasons = $9::text[], xids = $10::xid8[]
      WHERE run = $1 AND dataset = $2 AND slice = $3
      """,
      parameters: [
        run, dataset, String(outcome.slice), String(outcome.loaded), String(outcome.rejected),
        outcome.digest.description, SQL.array(ordinals), SQL.array(outcome.refused.map(\.code)),
        SQL.array(outcome.refused.map(\.reason)), SQL.array(writers.map { String($0) }),
      ])
  }
}

extension SliceLoader.Outcome {
  /// What a slice comes to when every row of it is loaded.
  public init(_ slice: Slice) {
    self.init(slice: slice.number, range: slice.range)
    for batch in slice.batches {
      read += batch.read
      loaded += batch.rows.count
      rejected += batch.rejections.count
      filtered += batch.filtered
      for row in batch.rows { digest &+= row.digest }
    }
  }
}
