internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import RejectFiles
internal import Reports

/// A dry run: everything is read and looked at, nothing is written.
extension DatasetRun {
  /// - Parameter planned: what was planned for the dataset; nil: it is planned now, for the table as it is.
  func check(_ planned: DatasetPlan?, _ report: inout DatasetReport) async throws {
    let start = ContinuousClock.now
    defer { report.seconds = (ContinuousClock.now - start).inSeconds }
    let table = try await describe()
    let layout = try planned?.layout ?? layout(of: table)
    let plan = try DatasetPlan(dataset, layout, rows: context.stages.input?.rows(for: layout))
    report.take(table, of: dataset)
    context.events.emit(.phase(RunPhase(dataset.name, "checking", total: inputSize)))
    let rejects = RejectCollector()
    let pass = SourcePass(context, plan, .check(rejects))
    defer {
      report.take(pass.tally.counts, of: dataset)
      report.rejects = rejects.report
    }
    do {
      try await pass.flow()
    } catch {
      if dataset.destination.isStaged { report.published = false }
      throw error
    }
  }
}
