internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records

/// Looks at the ledger and at the tables of a run as its datasets would find them.
struct TablePlanner {
  let run: Run
  /// The run's id.
  let id: String
  private(set) var problems: PlanProblems
  private(set) var plans: [String: DatasetPlan] = [:]
  /// Tables that are not there yet, as `schema.table`.
  private(set) var missing: Set<String> = []

  init(run: Run, id: String, problems: PlanProblems) {
    self.run = run
    self.id = id
    self.problems = problems
  }

  mutating func plan(_ datasets: [Dataset], on connection: Connection) throws {
    let stages = datasets.contains(where: \.destination.isStaged)
    let hasLedger = try problems.gather { try Ledger.check(connection, stages: stages) } ?? false
    var datasets = datasets
    if hasLedger, run.resumed != nil {
      datasets = try notBegun(datasets, connection)
    } else if hasLedger {
      let isTaken = try Ledger.hasRun(id, on: connection)
      if isTaken { try problems.add(EngineError.taken(id)) }
    }
    // A table that is to be made is made, and never committed: so the server itself says whether names, types, key and rights
    // allow it, and what the columns are.
    try connection.begin()
    defer { connection.rollback() }
    for dataset in datasets {
      try connection.execute("SAVEPOINT sluice_plan")
      plans[dataset.name] = try plan(dataset, hasLedger, connection)
      let end: SQL = plans[dataset.name] == nil ? "ROLLBACK TO SAVEPOINT sluice_plan; " : ""
      try connection.executeScript("\(end)RELEASE SAVEPOINT sluice_plan")
    }
  }

  /// Of a run that is resumed: the datasets of which nothing was begun. The sources of all that are not finished are looked at.
  private mutating func notBegun(_ datasets: [Dataset], _ connection: Connection) throws -> [Dataset] {
    let run = run
    var notBegun: [Dataset] = []
    for dataset in datasets {
      let row = try Ledger.row(run: id, dataset: dataset.name, on: connection)
      if row?.isFinished == true { continue }
      _ = try problems.gather {
        try run.resumed?.file.check(dataset)
        try run.checkInput(of: dataset)
      }
      if row == nil { notBegun.append(dataset) }
    }
    return notBegun
  }

  /// nil where there is a problem.
  private mutating func plan(
    _ dataset: Dataset, _ hasLedger: Bool, _ connection: Connection
  ) throws -> DatasetPlan? {
    if try TargetTable.describe(dataset.table, on: connection, creating: .none) == nil { missing.insert(dataset.place) }
    let (run, id) = (run, id)
    let found = try problems.gather { try Self.layout(of: dataset, run, id, hasLedger, connection) }
    guard let layout = found else { return nil }
    try problems.gather(dataset.checks.rules, filters: dataset.checks.filters, against: layout)
    return try problems.gather { try DatasetPlan(dataset, layout) }
  }

  private static func layout(
    of dataset: Dataset, _ run: Run, _ id: String, _ hasLedger: Bool, _ connection: Connection
  ) throws -> TableLayout {
    guard let table = try TargetTable.describe(dataset.table, on: connection, creating: .tentative) else {
      throw EngineError.missingTable(of: dataset)
    }
    if try MadeTable.isToBeMadeAgain(table, for: dataset.table, on: connection) {
      return TableCheck.layout(declaredBy: dataset.table)
    }
    let purpose = TableCheck.Purpose.loading(allowsUnlogged: run.options.allowsUnlogged)
    let layout = try TableCheck.layout(of: dataset.table, in: table, for: purpose)
    if run.options.first != .extract, run.options.input != "-" {
      _ = try run.stageSource(dataset, nil)?.rows(for: layout)
    }
    if hasLedger, !dataset.destination.rebuildIndexes {
      try IndexRebuild(run: id, dataset: dataset.name, table: table.table, on: connection).checkNoneOutstanding()
    }
    return layout
  }
}
