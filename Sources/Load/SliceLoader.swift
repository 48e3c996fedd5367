public import Postgres
public import Records

/// Loads slices over one connection, each in one transaction with its ledger rows: the load stage.
///
/// `stage` does everything but COMMIT, so that the caller can wait for the backup in between; `commit` ends it. After an
/// error the transaction is rolled back.
public struct SliceLoader {
  private let connection: Connection
  private let run: String
  private let dataset: String
  /// In the order of a batch's tables: a row finds those that it refers to.
  private let tables: [SliceTable]
  private let onRefusal: OnError
  private var isStaged: Bool { tables[0].isStaged }
  private var target: QualifiedTable { tables[0].target }

  /// What became of a slice.
  public struct Outcome: Sendable {
    public var slice: Int
    public var range: Range<Int64>
    /// Records.
    public var read = 0
    public var loaded = 0
    public var rejected = 0
    public var filtered = 0
    /// The loaded rows by table.
    public var tables: [RowSum]
    /// Records that the server refused, without their text.
    public var refused: [Rejection] = []
    /// The ledger had this slice already; nothing was done.
    public var wasCommitted = false
  }

  /// - Parameters:
  ///   - tables: one for each table of the slices' batches, in their order.
  ///   - onRefusal: what to do where the server refuses a row of a record: fail, or load the rest of its slice.
  public init(connection: Connection, run: String, dataset: String, tables: [SliceTable], onRefusal: OnError) {
    precondition(!tables.isEmpty)
    self.connection = connection
    self.run = run
    self.dataset = dataset
    self.tables = tables
    self.onRefusal = onRefusal
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
      \(tables.compactMap(\.shape?.holding).joined(separator: "; "))
      """)
  }

  /// Makes what `stage` did last.
  public func commit() throws(PostgresError) { try connection.commit() }

  /// Takes back what `stage` did.
  public func rollback() { connection.rollback() }

  /// Writes the ledger rows; waits for another transaction that holds the same ones.
  /// - Returns: nil when the ledger has the slice already, a table is another run's by now, or it was changed.
  private func enter(_ outcome: Outcome, sha256: String?) throws -> SliceEntry? {
    var parameters: [String?] = [
      run, dataset, String(outcome.slice), String(outcome.range.lowerBound), String(outcome.range.upperBound),
      String(outcome.read), String(outcome.loaded), String(outcome.rejected), String(outcome.filtered), sha256,
    ]
    parameters += sums(outcome)
    // Rows of the staging table are written into the table when they are published.
    let xids: SQL = isStaged ? "'{}'::xid8[]" : "ARRAY[pg_current_xact_id()]"
    var fences: [SQL] = []
    var conditions: [SQL] = []
    for table in tables {
      if let claim = table.claim {
        let first = parameters.count + 1
        fences.append(
          """
          (SELECT FROM sluice.targets WHERE target = $\(first) AND epoch = $\(first + 1)::bigint FOR SHARE) AS f\(first)
          """)
        parameters += [claim.target, String(claim.epoch)]
      }
      if let unchanged = table.shape?.isUnchanged(from: parameters.count + 1) {
        conditions.append(unchanged.condition)
        parameters += unchanged.parameters
      }
    }
    let from: SQL = fences.isEmpty ? "" : " FROM \(fences.joined(separator: ", "))"
    let condition: SQL = conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
    // A row by table without its slice is somebody's who took the slice out of the ledger by hand.
    let entered = try connection.query(
      """
      WITH entered AS (
        INSERT INTO sluice.slices
          (run, dataset, slice, byte_from, byte_to, read, loaded, rejected, filtered, source_sha256, xids)
        SELECT $1, $2, $3::integer, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::bigint, $9::bigint, $10,
          \(xids)\(from)\(condition)
        ON CONFLICT DO NOTHING RETURNING ctid AS place
      ), counted AS (
        INSERT INTO sluice.slice_tables (run, dataset, slice, child, rows, digest)
        SELECT $1, $2, $3::integer, t.* FROM entered, unnest($11::text[], $12::bigint[], $13::text[]) AS t
        ON CONFLICT (run, dataset, slice, child) DO UPDATE SET rows = excluded.rows, digest = excluded.digest
      )
      SELECT place, pg_current_xact_id() AS xid FROM entered
      """, parameters: parameters)
    return try entered.rows.first.map { try SliceEntry(columns: entered.columns, cells: $0) }
  }

  /// What a slice comes to by table, as parameters: the tables' names, their numbers of rows, their digests.
  private func sums(_ outcome: Outcome) -> [String?] {
    [
      SQL.array(tables.map(\.child)), SQL.array(outcome.tables.map { String($0.rows) }),
      SQL.array(outcome.tables.map(\.digest.description)),
    ]
  }

  /// Takes what the ledger has of the slice for its outcome.
  /// - Throws: `load.ledger` unless that is what this slice would have come to: the source or the plan is another one.
  private func adopt(_ rows: SliceRows, _ outcome: inout Outcome) throws {
    guard let entry = try Ledger.slice(outcome.slice, run: run, dataset: dataset, on: connection) else {
      for table in tables {
        try table.shape?.check(on: connection)
        try table.claim?.check(on: connection)
      }
      throw conflict(outcome)
    }
    for refusal in entry.refusals {
      guard let record = rows.record(ordinal: refusal.ordinal) else { throw conflict(outcome) }
      refuse(record, of: rows, code: refusal.code, reason: refusal.reason, &outcome)
    }
    let sums = Dictionary(uniqueKeysWithValues: zip(tables.map(\.child), outcome.tables))
    guard entry.range == outcome.range, entry.read == outcome.read, entry.loaded == outcome.loaded,
      entry.rejected == outcome.rejected, entry.filtered == outcome.filtered, entry.tables == sums
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
      } catch let refusal as RowRefusal {
        throw loadError(refusal, record: refusal.record ?? (try? refusedRecord(rows)), rows)
      }
      return
    }
    var search = RefusalSearch(rows.count, on: connection)
    var entry = entry
    try search.load {
      try send(rows, $0)
    } refuse: { record, refusal in
      let error = refusal.cause
      let reason = error.reasonOfRefusal + (error.needsParent.map { "; \($0)" } ?? "")
      refuse(record, of: rows, code: error.sqlState ?? error.code, reason: inTarget(reason), &outcome)
    } keep: {
      if !isStaged { try entry.noteWriter(on: connection) }
    }
    if outcome.refused.isEmpty, isStaged { return }
    try connection.execute(SearchPath.pinned)
    try amend(outcome, isStaged ? [] : entry.writers)
  }

  private func send(_ rows: SliceRows, _ records: [Range<Int>]) throws {
    for (i, table) in tables.enumerated() {
      let sent = rows.count(of: records, in: i)
      if sent == 0 { continue }
      let counted: Int
      do {
        counted = try connection.copyIn(table.copy, table: table.table.table) { writer in
          try rows.write(records, of: i, ordinals: table.writesOrdinals, to: &writer)
        }
      } catch let error as PostgresError where error.isRowRefusal {
        throw RowRefusal(
          cause: error, record: error.copyRow.flatMap { rows.record(ofRow: $0, of: records, in: i) })
      }
      guard counted == sent else {
        throw LoadError(
          .count, "\(sent) rows were sent and the server took \(counted)", place: table.target.description,
          remedy: "a trigger or rule of the table drops rows; disable it for the load, or load into another table")
      }
    }
  }

  /// Takes a record out of the slice, with its rows in every table.
  private func refuse(_ record: Int, of rows: SliceRows, code: String, reason: String, _ outcome: inout Outcome) {
    outcome.refused.append(Rejection(position: rows[record], stage: .load, code: code, reason: reason))
    outcome.loaded -= 1
    outcome.rejected += 1
    for i in tables.indices { outcome.tables[i] -= rows.sum(of: record, in: i) }
  }

  private func loadError(_ refusal: RowRefusal, record: Int?, _ rows: SliceRows) -> LoadError {
    let error = refusal.cause
    let record = record.map { "\(rows[$0])" } ?? "a record of this slice"
    let state = error.sqlState.map { " (SQLSTATE \($0))" } ?? ""
    return LoadError(
      .refused, "PostgreSQL refused \(record): \(inTarget(error.reasonOfRefusal))\(state)", place: target.description,
      remedy: "\(error.needsParent ?? "correct it"), or run with --on-error reject to set such records aside",
      cause: error, detail: error.detail)
  }

  /// The first record of which the server refuses a row, where it does not say which: a constraint that is checked when all
  /// rows are in. The transaction, which is lost, is begun again for that; nothing of it is kept.
  private func refusedRecord(_ rows: SliceRows) throws -> Int? {
    struct Found: Error {
      var record: Int
    }
    connection.rollback()
    try begin()
    try connection.executeScript("SET CONSTRAINTS ALL IMMEDIATE; \(SearchPath.ofRole)")
    var search = RefusalSearch(rows.count, on: connection)
    do {
      try search.load {
        try send(rows, $0)
      } refuse: { record, _ in
        throw Found(record: record)
      } keep: {
      }
      return nil
    } catch let found as Found {
      return found.record
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

  private func inTarget(_ text: String) -> String { tables.reduce(text) { $1.inTarget($0) } }

  /// Corrects the ledger rows by what was refused, and by who wrote the rest.
  private func amend(_ outcome: Outcome, _ writers: [UInt64]) throws(PostgresError) {
    let ordinals = outcome.refused.map { String($0.position.ordinal) }
    try connection.execute(
      """
      UPDATE sluice.slices SET loaded = $4, rejected = $5, refused = $6::bigint[], refused_codes = $7::text[],
        refused_reasons = $8::text[], xids = $9::xid8[]
      WHERE run = $1 AND dataset = $2 AND slice = $3
      """,
      parameters: [
        run, dataset, String(outcome.slice), String(outcome.loaded), String(outcome.rejected), SQL.array(ordinals),
        SQL.array(outcome.refused.map(\.code)), SQL.array(outcome.refused.map(\.reason)),
        SQL.array(writers.map { String($0) }),
      ])
    if outcome.refused.isEmpty { return }
    try connection.execute(
      """
      UPDATE sluice.slice_tables AS s SET rows = t.rows, digest = t.digest
      FROM unnest($4::text[], $5::bigint[], $6::text[]) AS t(child, rows, digest)
      WHERE s.run = $1 AND s.dataset = $2 AND s.slice = $3 AND s.child = t.child
      """, parameters: [run, dataset, String(outcome.slice)] + sums(outcome))
  }
}

extension SliceLoader.Outcome {
  /// What a slice comes to when every record of it is loaded.
  public init(_ slice: Slice) {
    let tables = slice.batches.first?.tables.count ?? 0
    self.init(slice: slice.number, range: slice.range, tables: Array(repeating: RowSum(), count: tables))
    for batch in slice.batches {
      read += batch.read
      loaded += batch.records.count
      rejected += batch.rejections.count
      filtered += batch.filtered
      for (i, table) in batch.tables.enumerated() {
        for row in table.rows { self.tables[i].add(row.digest) }
      }
    }
  }
}
