public import PipelineSpec
public import Postgres

/// Brings what a run has staged into its table, all of it or nothing: the steps of one transaction, to be taken in the
/// order in which they stand here. Whoever takes them decides what is saved and what is proved in between.
public struct Publication {
  let connection: Connection
  let run: String
  let spec: TableSpec
  let target: TableDescription
  let staging: StagingTable
  let statements: PublishStatements
  private let shapes: TableShapes?

  /// - Parameter shapes: what the rows were encoded for, of which it makes sure; nil: it does not.
  /// - Throws: `LoadError` where rows cannot be found by the key.
  public init(
    run: String, of spec: TableSpec, target: TableDescription, shapes: TableShapes? = nil, on connection: Connection
  ) throws {
    self.connection = connection
    self.run = run
    self.spec = spec
    self.target = target
    self.shapes = shapes
    staging = try StagingTable(run: run, of: spec)
    let finds = spec.destination.mode.traits.findsByKey
    statements = try PublishStatements(
      of: spec, target: target, staging: staging,
      match: finds ? try KeyMatch(spec.destination.key, in: target, on: connection) : nil)
  }

  /// Waits for whoever publishes the same, and keeps others out until the transaction ends.
  /// - Parameter claim: what it makes sure of; nil: nothing.
  /// - Returns: what was done, if it is done already; nothing more is to be done then.
  public func enter(_ claim: TableClaim? = nil) throws -> PublishCounts? {
    try connection.execute(
      """
      SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
      WHERE pg_catalog.current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
      """)
    // What a client that vanished leaves behind, the server ends by itself.
    if connection.serverVersion >= 140_000 {
      try connection.execute("SET LOCAL client_connection_check_interval = '5s'")
    }
    try claim?.hold(on: connection)
    let counts = try Ledger.published(run: run, dataset: spec.dataset, locking: true, on: connection)
    if counts == nil, try !staging.exists(on: connection) {
      throw LoadError(
        .ledger, "the staging table of this run is not there", place: staging.table.description,
        remedy: "start a new run")
    }
    return counts
  }

  /// Takes out of the staging table the rows that gave way to another one of their key; the ledger keeps their ordinals.
  /// - Parameter row: called with each of them as COPY prints it; nil: nobody asks.
  /// - Returns: their number.
  /// - Throws: `LoadError` where a key is repeated and must not be.
  public func supersede(_ row: ((UnsafeRawBufferPointer) throws -> Void)?) throws -> Int {
    guard staging.hasOrdinals else {
      try refuseRepeated()
      return 0
    }
    let count = try connection.execute(
      statements.notingSuperseded, parameters: [run, spec.dataset])
    if count > 0 {
      // Nobody has statistics of the ledger's new rows: a plan for one row would take hours with a million.
      try connection.execute("SET LOCAL enable_nestloop = off")
      let removed = try remove(statements.removingSuperseded(run: run), row)
      try connection.execute("RESET enable_nestloop")
      guard removed == count else {
        throw LoadError(
          .count, "\(count) rows gave way to others of their key, and \(removed) were taken out",
          place: staging.table.description)
      }
    }
    return count
  }

  private func remove(_ removal: SQL, _ row: ((UnsafeRawBufferPointer) throws -> Void)?) throws -> Int {
    guard let row else { return try connection.execute(removal) }
    return try connection.copyOut("COPY (\(removal)) TO STDOUT", row: row)
  }

  /// Keeps others from writing to the table, and counts what is going to be done.
  public func plan(_ patience: LockPatience = .none) throws -> PublishPlan {
    try connection.execute("ANALYZE \(staging.table)")
    if let lock = statements.lock { try patience.take(lock, on: target.table, connection) }
    try shapes?.target.check(on: connection)
    try shapes?.staging?.check(on: connection)
    var plan = PublishPlan()
    let row = try connection.query(statements.counting).rows.first ?? []
    let numbers = row.map { $0.flatMap { Int($0) } ?? 0 }
    guard numbers.count == 4 else { throw LoadError(.count, "the rows to be published cannot be counted") }
    (plan.staged, plan.before, plan.matched, plan.deletes) = (numbers[0], numbers[1], numbers[2], numbers[3])
    if let count = statements.countingUpdates, canSkipUpdates {
      plan.updates = try connection.query(count).scalar.flatMap { Int($0) }
    }
    if plan.deletes > 0 {
      plan.affected = try connection.query(PublishStatements.affected, parameters: [String(target.oid)])
        .rows.compactMap { $0[0] }
    }
    return plan
  }

  /// - Throws: `LoadError` (`deletes`) where more would be deleted than the limit allows, or rows of other tables.
  public func admit(_ plan: PublishPlan, limit: DeleteLimit) throws(LoadError) {
    guard plan.deletes > 0, limit != .unlimited else { return }
    let next = "look at the source, then: sluice resume \(run) --yes"
    guard limit.allows(plan.deletes, of: plan.before) else {
      throw LoadError(
        .deletes,
        "\(plan.deletes) of \(plan.before) rows are not in the source and would be deleted; the limit is \(limit)",
        place: target.table.description, remedy: next + " (or --max-delete)")
    }
    guard plan.affected.isEmpty else {
      throw LoadError(
        .deletes,
        "\(plan.deletes) rows would be deleted, and with them foreign keys delete or change rows of "
          + plan.affected.joined(separator: ", "),
        place: target.table.description, remedy: next)
    }
  }

  /// The rows that are going to be deleted, whole but for generated columns: a COPY to standard output in text format.
  public var deletedRows: SQL { statements.deletedRows }

  /// The table with the columns of `deletedRows`: what a COPY that brings them back writes to.
  public var restoring: SQL { "\(target.table) (\(statements.wholeRow))" }

  /// Writes to the table, and has the server check what it would check at COMMIT.
  public func apply(_ plan: PublishPlan, repeated: Int) throws -> PublishCounts {
    do {
      try connection.executeScript("SAVEPOINT sluice_publish; \(SearchPath.ofRole); \(statements.emptying ?? "")")
      let row = try connection.query(statements.publishing).rows.first ?? []
      try connection.executeScript("SET CONSTRAINTS ALL IMMEDIATE; \(SearchPath.pinned)")
      let numbers = row.map { $0.flatMap { Int($0) } ?? 0 }
      guard numbers.count == 3 else { throw LoadError(.count, "the server does not count what it publishes") }
      let counts = PublishCounts(
        inserted: numbers[2], updated: numbers[1], unchanged: plan.matched - numbers[1], deleted: numbers[0],
        repeated: repeated)
      try check(counts, plan)
      return counts
    } catch let error as PostgresError where error.isRowRefusal {
      throw refusal(error)
    }
  }

  private func refusal(_ error: PostgresError) -> LoadError {
    var refusal = LoadError(
      .refused, "PostgreSQL refused to publish the rows: \(error.message)\(error.key.map { ": \($0)" } ?? "")",
      place: error.place,
      remedy:
        "nothing was published; \(error.needsParent ?? "correct what stands in the way"), then: sluice resume \(run)",
      cause: error,
      detail: error.detail)
    guard error.sqlState == "23514", target.kind == .partitionedTable,
      (try? connection.execute("ROLLBACK TO SAVEPOINT sluice_publish")) != nil, let rows = withoutPartition()
    else { return refusal }
    refusal.message += "; \(rows.count) rows have no partition, the first is that of \(rows.key)"
    refusal.remedy = "nothing was published; make the partition, then: sluice resume \(run)"
    return refusal
  }

  /// The rows that must now be equal to the staged ones: a COPY of the layout's columns to standard output.
  public func publishedRows() throws -> SQL { statements.publishedRows(of: try writer()) }

  /// The transaction that `apply` wrote in, where only that tells the rows from others of the table.
  private func writer() throws -> UInt64? {
    spec.destination.mode.traits.onlyAdds ? try Ledger.publisher(run: run, dataset: spec.dataset, on: connection) : nil
  }

  /// Where they are not: staged rows and rows of the table that are not equal to any of the other side, in the order of
  /// their keys, `most` of each; COPYs as `publishedRows`. None where rows are not found by a key.
  public func differingRows(most: Int) -> (staged: SQL, table: SQL) { statements.differing(most: most) }

  /// Notes in the ledger that it is done; COMMIT is to follow.
  public func finish(_ counts: PublishCounts) throws {
    if let writer = try writer() {
      try Ledger.notePublisher(writer, run: run, dataset: spec.dataset, on: connection)
    }
    try Ledger.publish(counts, run: run, dataset: spec.dataset, on: connection)
    try staging.drop(on: connection)
  }

  /// The validator's keys are those of JSON; the database may call more of them equal (citext, collations).
  private func refuseRepeated() throws {
    guard !spec.destination.key.isEmpty else { return }
    let repeated = try connection.query(statements.countingRepeated).scalar.flatMap { Int($0) } ?? 0
    guard repeated == 0 else {
      throw LoadError(
        .refused, "\(repeated) keys are repeated once the database compares them",
        place: "\(target.table) (\(spec.destination.key.joined(separator: ", ")))",
        remedy: "correct the source, or say into.repeated: first or last")
    }
  }

  private var canSkipUpdates: Bool { target.triggers.contains { $0.onUpdate && $0.isBefore && $0.isForEachRow } }

  private func check(_ counts: PublishCounts, _ plan: PublishPlan) throws(LoadError) {
    let expected = (plan.deletes, plan.updates ?? counts.updated, plan.staged - plan.matched)
    guard (counts.deleted, counts.updated, counts.inserted) == expected else {
      throw LoadError(
        .count,
        "\(expected.2) rows were to be inserted, \(expected.1) updated and \(expected.0) deleted; the server counts "
          + "\(counts.inserted), \(counts.updated) and \(counts.deleted)",
        place: target.table.description, remedy: "look for triggers that skip rows; nothing was published")
    }
  }
}
