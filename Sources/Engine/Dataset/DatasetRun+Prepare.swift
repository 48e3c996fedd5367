internal import Archive
internal import Databases
internal import Extract
internal import Load
internal import Logging
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports

/// What is done before the first slice.
extension DatasetRun {
  /// Takes the table, makes it ready and the run known, all in one transaction, unless an earlier attempt has done so.
  func prepare(_ manifest: ManifestLog?) async throws -> PreparedDataset {
    let claim = try await control.claim(place)
    let frames = manifest?.frames(of: RunLayout.archive(of: dataset.name)) ?? []
    let (plan, shapes) = try await control.perform { connection in
      if let row = try Ledger.row(run: run, dataset: dataset.name, on: connection) {
        return try connection.transaction {
          try adopt(row, backedUpTo: frames.last?.raw.upperBound ?? 0, connection)
        }
      }
      guard frames.isEmpty else { throw ahead(of: Ledger.Totals()) }
      return try connection.transaction { try prepare(connection) }
    }
    return PreparedDataset(plan: plan, shapes: shapes, claim: claim, sources: try await sources())
  }

  /// What an earlier attempt of the run read for the slices that are committed.
  private func sources() async throws -> Ledger.Sources {
    guard options.resumes else { return Ledger.Sources() }
    return try await control.perform { connection in
      try Ledger.row(run: run, dataset: dataset.name, on: connection)
        .map { try Ledger.sources(of: $0, on: connection) } ?? Ledger.Sources()
    }
  }

  private func prepare(_ connection: Connection) throws -> (DatasetPlan.Form, TableShapes) {
    guard var found = try TargetTable.describe(dataset.table, on: connection, creating: .noted) else {
      throw EngineError.missingTable(of: dataset)
    }
    if let again = try MadeTable.makeAgain(found, for: dataset.table, context.patience.forLocks, on: connection) {
      let sentence = "\(place) has no rows and other columns than the pipeline: Sluice, which made it, makes it again"
      context.events.emit(.said(.notice, sentence))
      found = again
    }
    let purpose = TableCheck.Purpose.loading(allowsUnlogged: options.allowsUnlogged)
    // Also of a table that this role may not lock.
    _ = try TableCheck.layout(of: dataset.table, in: found, for: purpose)
    try TargetTable.lock(found, for: dataset.destination, context.patience.forLocks, on: connection)
    // From here on nobody changes it.
    let shape = try shape(of: found.table, connection)
    guard let table = try TargetTable.describe(dataset.table, on: connection, creating: .none) else {
      throw EngineError.missingTable(of: dataset)
    }
    let layout = try TableCheck.layout(of: dataset.table, in: table, for: purpose)
    let plan = try plan(layout)
    // Before anything is touched.
    _ = try DatasetPlan(plan, of: dataset)
    var row = Ledger.RunRow(
      run: run, dataset: dataset.name, pipeline: context.pipeline.name, target: place,
      mode: dataset.destination.mode.rawValue,
      plan: plan.fingerprint, instant: context.instant, sliceBytes: options.limits.sliceBytes,
      before: dataset.destination.mode.traits.onlyAdds ? nil : (0, RowDigest()), targetOID: table.oid)
    row.replays = options.replays?.run
    guard try Ledger.begin(row, on: connection) else { throw EngineError.taken(run) }
    try TargetTable.prepare(dataset.table, run: run, table, on: connection)
    return (plan, try shapes(shape, connection))
  }

  /// Goes on where an earlier attempt began, if everything is as it was then.
  private func adopt(
    _ row: Ledger.RunRow, backedUpTo backup: Int64, _ connection: Connection
  ) throws -> (DatasetPlan.Form, TableShapes) {
    guard let found = try TargetTable.describe(dataset.table, on: connection, creating: .none),
      found.oid == row.targetOID
    else {
      throw EngineError(
        .otherTarget, "this is not the table that the run began with: it was dropped and made again", place: place,
        remedy: "start a new run")
    }
    _ = try TableCheck.layout(of: dataset.table, in: found, for: .comparison)
    // From here on nobody changes it.
    let shape = try shape(of: found.table, connection)
    guard let table = try TargetTable.describe(dataset.table, on: connection, creating: .none) else {
      throw EngineError.missingTable(of: dataset)
    }
    let layout = try TableCheck.layout(of: dataset.table, in: table, for: .comparison)
    guard row.target == place, try PlanFingerprint.matches(row.plan, dataset, layout, options.limits) else {
      throw EngineError.otherPlan(dataset)
    }
    let totals = try Ledger.totals(run: run, dataset: dataset.name, on: connection)
    guard backup <= totals.wholeUpTo else { throw ahead(of: totals) }
    return (try plan(layout), try shapes(shape, connection))
  }

  private func plan(_ layout: TableLayout) throws -> DatasetPlan.Form {
    try DatasetPlan.Form(dataset, layout, rows: context.stages.input?.rows(for: layout), options.limits)
  }

  private func shape(of table: QualifiedTable, _ connection: Connection) throws -> TableShape {
    try TableShape(of: table, columns: dataset.columns.map(\.name), on: connection)
  }

  /// With that of the staging table, which is not there any more once it is published.
  private func shapes(_ target: TableShape, _ connection: Connection) throws -> TableShapes {
    guard dataset.destination.isStaged else { return TableShapes(target: target) }
    let staging = try StagingTable(run: run, of: dataset.table)
    return TableShapes(
      target: target,
      staging: try staging.exists(on: connection) ? try shape(of: staging.table, connection) : nil)
  }

  /// - Parameter totals: what the ledger has of the run.
  private func ahead(of totals: Ledger.Totals) -> EngineError {
    let rows = dataset.destination.isStaged ? 0 : totals.loaded
    return EngineError(
      .ahead,
      "the run's manifest names records as committed that the ledger does not have: the database was set back to an "
        + "earlier state, or is another one; by the ledger, \(rows) rows of this run are in the table", place: place,
      remedy: "start a new run")
  }
}
