internal import Archive
internal import Databases
internal import Extract
internal import Load
internal import Logging
internal import PipelineSpec
internal import Postgres
internal import Records
internal import RejectFiles
internal import Reports
internal import Transform
internal import Verify

/// One dataset of a run, step by step: prepare, flow, settle, prove. What a step hands to the next one is a value that may
/// come from another process.
struct DatasetRun {
  let context: DatasetContext
  let control: Control

  var run: String { context.run }
  var dataset: Dataset { context.dataset }
  var options: RunOptions { context.options }
  var place: String { context.place }

  /// Loads the dataset and verifies it, and notes in `report` how far that came, also when it throws. What an earlier
  /// attempt finished is only reported.
  func load(_ report: inout DatasetReport, _ manifest: ManifestLog?) async throws {
    if let finished = try await finished() {
      report = finished
      return
    }
    let start = ContinuousClock.now
    defer { report.seconds = (ContinuousClock.now - start).inSeconds }
    let prepared = try await prepare(manifest)
    if dataset.destination.mode.traits.emptiesTable, !dataset.destination.isStaged { report.emptied = true }
    report.take(try await describe(), of: dataset)
    let flowed = try await flow(prepared, manifest, &report)
    do {
      let totals = try await settle(flowed, prepared, &report)
      if !dataset.destination.isStaged, options.verifies { try await prove(totals, prepared, &report) }
    } catch {
      _ = stopped()
      throw error
    }
    report.seconds = (ContinuousClock.now - start).inSeconds
    let (outcome, json) = (options.verifies ? RunOutcome.verified : .loaded, try report.json)
    try await control.perform { connection in
      try Ledger.finish(
        run: run, dataset: dataset.name, outcome: outcome, source: (flowed.bytes, flowed.sha256), report: json,
        on: connection)
    }
  }

  /// What an earlier attempt of the run reported of the dataset when it was done with it.
  private func finished() async throws -> DatasetReport? {
    guard options.resumes else { return nil }
    let row = try await control.perform { try Ledger.row(run: run, dataset: dataset.name, on: $0) }
    guard let row, row.isFinished, let json = row.report else { return nil }
    guard var report = DatasetReport(json: json) else {
      throw LoadError.damaged("runs", "run \(run), dataset \(dataset.name)", "report is none that a run has written")
    }
    // A ledger holds data and no commands.
    report.restore = try await control.perform { try DeletedRows(context, control.target).restoring(on: $0) }
    return report
  }

  /// Notes in the ledger that the run stopped here.
  /// - Returns: what is committed; nil when the server does not say so.
  func stopped() -> Ledger.Totals? {
    control.afterwards { connection in
      let totals = try Ledger.totals(run: run, dataset: dataset.name, on: connection)
      let outcome = Task.isCancelled ? RunOutcome.interrupted : .failed
      // Somebody may have the ledger's table locked; what is committed is known all the same.
      try? Ledger.stop(run: run, dataset: dataset.name, outcome: outcome, on: connection)
      return totals
    }
  }

  /// The table as it is; nil where there is none.
  func describe() async throws -> TableDescription? {
    try await control.perform { try TargetTable.describe(dataset.table, on: $0, creating: .none) }
  }

  /// The size of what is read, in bytes on disk; nil where it is not known.
  var inputSize: Int64? { context.stages.input?.size ?? SourceInput.size(ofFileAt: dataset.source.file) }
}

extension DatasetReport {
  /// What of the table limits the result.
  mutating func take(_ table: TableDescription?, of dataset: Dataset) {
    guard let table else { return }
    uncompared = table.columns.map(\.name).filter { name in !dataset.columns.contains { $0.name == name } }
    guard !table.children.isEmpty else { return }
    notes = [
      "tables inherit from \(dataset.place) (\(table.children.joined(separator: ", "))): their rows are not loaded, compared "
        + "or deleted, and a key that one of them has is loaded again"
    ]
  }
}
