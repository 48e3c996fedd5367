internal import Archive
internal import Databases
internal import Extract
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import RejectFiles
internal import Reports
internal import Synchronization

extension Replay {
  /// An upsert would change the row that another record of the run has made, where a reject has its key. So the
  /// source is read once more, through transform and validate, and records that repeat a key of another stay set aside.
  func holdingRepeatedKeys(
    _ part: ReplayPart, _ original: ReplayedRun, _ pipeline: Pipeline
  ) async throws -> ReplayPart {
    guard part.dataset.destination.isStaged else { return part }
    var part = part
    let repeated = try await repeatedKeys(part, original, pipeline)
    if let loaded = repeated.first(where: { !part.unresolved.contains($0) }) {
      throw EngineError(
        .replay,
        "record \(loaded) is loaded, and a record before it that was set aside has its key: which one counts is not "
          + "known", place: "dataset \(part.dataset.name)", remedy: "start a new run")
    }
    try part.hold(repeated)
    return part
  }

  /// Records that a run of the whole source would set aside as the key is another one's.
  private func repeatedKeys(
    _ part: ReplayPart, _ original: ReplayedRun, _ pipeline: Pipeline
  ) async throws -> [Int64] {
    var options = options
    options.sliceBytes = part.sliceBytes
    options.recordBytes = original.file.settings.recordBytes
    options.depth = original.file.settings.depth
    var context = DatasetContext(
      run: run, pipeline: pipeline, dataset: part.dataset, options: options, folder: nil, instant: part.instant,
      patience: RetryPolicy(limit: options.retryFor, outage: Outage(events)), events: events
    )
    try readAgain(original, &context)
    events.emit(.phase(RunPhase(part.dataset.name, "comparing keys with those of the source")))
    let keys = RepeatedKeys()
    try await SourcePass(context, DatasetPlan(part.dataset, part.layout), .findRepeatedKeys(keys)).flow()
    return keys.ordinals
  }

  /// Has records read from where they can be read again: the backup, else the source as it was.
  private func readAgain(_ original: ReplayedRun, _ context: inout DatasetContext) throws {
    if try original.folder.hasFile(RunLayout.archive(of: context.dataset.name)) {
      return context.readBackup(in: original.folder)
    }
    var file = original.file
    file.settings.first = .extract
    try file.check(context.dataset)
  }
}
