internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports

/// `verify`: the table is compared with the source, and nothing is loaded.
extension DatasetRun {
  /// - Parameter row: of the run that loaded the table; nil where the ledger has none.
  func compare(with row: Ledger.RunRow?, _ report: inout DatasetReport) async throws {
    let start = ContinuousClock.now
    defer { report.seconds = (ContinuousClock.now - start).inSeconds }
    let stages = context.stages
    let table = try await describe()
    let layout = try layout(of: table)
    let plan = try DatasetPlan(dataset, layout, rows: stages.input?.rows(for: layout))
    report.take(table, of: dataset)
    let refused = try await control.perform { connection in
      try row.map { try Ledger.refused(run: $0.run, dataset: dataset.name, on: connection) } ?? []
    }
    let superseded = try await superseded(row)
    var proof = Proof(
      context: context, target: control.target, plan: plan, share: try await provedRows(row), refused: refused,
      superseded: superseded)
    if let row, stages.input == nil {
      proof.sources = try await control.perform { try Ledger.sources(of: row, on: $0) }
    }
    context.events.emit(
      .phase(
        RunPhase(
          dataset.name, stages.input == nil ? "reading the source" : "reading the stage file", total: inputSize)))
    let expected = try await stages.input == nil ? proof.readSource(.buckets) : proof.readStageFile()
    report.take(expected.counts, of: dataset)
    try await conclude(proof, row, expected.side.sum, &report)
  }

  /// How a table stores the columns, for what does not load into it.
  func layout(of table: TableDescription?) throws -> TableLayout {
    guard let table else { throw EngineError.missingTable(of: dataset) }
    return try TableCheck.layout(of: dataset.table, in: table, for: .comparison)
  }
}
