internal import Archive
internal import Databases
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
public import Reports

extension Run {
  /// Compares tables with their source files, at any time after a run, without loading anything: every dataset, also
  /// after one that differs.
  public func verify() async -> Report {
    await OwnThread.perform {
      let start = ContinuousClock.now
      let instant = RunInstant.now()
      var report = Report(run: options.runID ?? instant.newRunID(), pipeline: pipeline.name)
      let cancellation = Cancellation()
      events.emit(.began(run: report.run))
      await withTaskCancellationHandler {
        do {
          try await verify(&report, now: instant.rfc3339, cancellation)
          report.close(wasVerified: true, isDryRun: false)
        } catch {
          events.tellDetail(of: error)
          report.fail(error, stopped: options.stopping.statusOfThisTask)
        }
      } onCancel: {
        cancellation.cancel()
      }
      report.seconds = (ContinuousClock.now - start).inSeconds
      events.emit(.ended(report.outcome))
      return report
    } refused: { error in
      refused(error)
    }
  }

  private func verify(_ report: inout Report, now: String, _ cancellation: Cancellation) async throws {
    let datasets = try pipeline.chosen(options.datasets)
    let target = try DatabaseTarget.resolve(pipeline, environment: options.environment, logger: events.logger)
    let control = try await Control(
      target, run: report.run, waits: options.waitsForServer, patience, cancellation, events.logger)
    defer { control.close() }
    report.target = control.place
    try await waitWatch(target, report.run).during { try await verify(datasets, &report, now: now, control) }
  }

  private func verify(_ datasets: [Dataset], _ report: inout Report, now: String, _ control: Control) async throws {
    report.notes = try await control.perform { try $0.notesOnComparison() }
    var verdicts: [EngineError] = []
    for dataset in datasets {
      let place = dataset.place
      let row = try await control.perform { connection in
        try Ledger.lastRun(
          pipeline: pipeline.name, dataset: dataset.name, target: place, run: options.runID, on: connection)
      }
      if row == nil, let run = options.runID { throw Self.unknown(run, dataset, place) }
      try check(dataset, row, place)
      let stages = try verifiedStages(dataset)
      var context = context(dataset, run: report.run, nil, now: row?.instant ?? now, stages: stages)
      // Slices are compared with those of the run.
      if let row, stages.input == nil { context.options.sliceBytes = row.sliceBytes }
      let run = DatasetRun(context: context, control: control)
      var part = DatasetReport(dataset: dataset.name, table: place)
      defer { report.datasets.append(part) }
      do {
        try await run.compare(with: row, &part)
      } catch let error as EngineError where Self.verdicts.contains(error.kind) {
        verdicts.append(error)
      }
    }
    for kind in Self.verdicts {
      if let verdict = verdicts.first(where: { $0.kind == kind }) { throw verdict }
    }
  }

  /// What keeps one dataset from being verified and no other from being looked at; what weighs most comes first.
  private static let verdicts: [EngineError.Kind] = [.parity, .otherSource, .unverifiable]

  private static func unknown(_ run: String, _ dataset: Dataset, _ place: String) -> RunStateError {
    RunStateError(
      .state, "the ledger has no run of this id that loaded dataset \(dataset.name) into \(place)", place: run,
      remedy: "sluice status lists the runs")
  }

  /// What cannot be compared without the run that loaded it.
  private func check(_ dataset: Dataset, _ row: Ledger.RunRow?, _ place: String) throws(EngineError) {
    guard row == nil else { return }
    if dataset.destination.repeated != .error {
      throw EngineError(
        .unverifiable,
        "the ledger has no run of dataset \(dataset.name) into this table: which records gave way is unknown",
        place: place, remedy: "load with sluice run first")
    }
    let needsInstant = dataset.columns.contains { $0.source == .now || $0.default == .now }
    guard dataset.destination.mode.traits.onlyAdds || needsInstant else { return }
    throw EngineError(
      .unverifiable,
      "the ledger has no run of dataset \(dataset.name) into this table: "
        + (needsInstant ? "its $now is unknown" : "which rows it wrote is unknown"),
      place: place, remedy: "name the run with --run-id, or load with sluice run first")
  }
}
