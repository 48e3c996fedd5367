internal import Archive
internal import Databases
internal import Extract
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import RejectFiles
internal import Synchronization

extension Replay {
  /// An upsert would change the row that another record of the run has made, where a reject has its key. So the
  /// source is read once more, through transform and validate, and records that repeat a key of another stay set aside.
  func holdingRepeatedKeys(
    _ part: ReplayPart, _ original: ReplayedRun, _ pipeline: Pipeline, _ target: DatabaseTarget
  ) async throws -> ReplayPart {
    guard part.dataset.destination.isStaged else { return part }
    var part = part
    let repeated = try await repeatedKeys(part, original, pipeline, target)
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
    _ part: ReplayPart, _ original: ReplayedRun, _ pipeline: Pipeline, _ target: DatabaseTarget
  ) async throws -> [Int64] {
    var options = options
    options.onError = .reject
    options.maxErrors = nil
    options.sliceBytes = part.sliceBytes
    options.recordBytes = original.file.limits.recordBytes
    options.depth = original.file.limits.depth
    let dataset = try source(of: part.dataset, original)
    let run = DatasetRun(
      run: run, pipeline: pipeline, dataset: dataset, options: options, target: target, folder: nil, now: part.instant,
      patience: RetryPolicy(limit: options.retryFor, outage: Outage(notice: notice)), progress: progress, logger: logger
    )
    progress.begin(dataset.name, "comparing keys with those of the source", total: nil)
    let found = Found()
    let log = RejectLog(nil, dataset: dataset.name) { found.add($0) }
    try await run.stream(DatasetPlan(dataset, part.layout), .nowhere, DatasetTally(), log).flow()
    return found.ordinals
  }

  /// The dataset with the file that its records can be read from again: the backup, else the source as it was.
  private func source(of dataset: Dataset, _ original: ReplayedRun) throws -> Dataset {
    var dataset = dataset
    let backup = RunLayout.archive(of: dataset.name)
    if try original.folder.hasFile(backup) {
      dataset.source.file = "\(original.folder.path)/\(backup)"
      dataset.source.directory = nil
    } else {
      var file = original.file
      file.from = nil
      try file.check(dataset)
    }
    return dataset
  }

  /// Ordinals of records that a unique rule refused.
  private final class Found: Sendable {
    private let found = Mutex<[Int64]>([])

    var ordinals: [Int64] { found.withLock { $0 } }

    func add(_ rejections: [Rejection]) {
      let repeated = rejections.filter { $0.code == "unique" }.map(\.position.ordinal)
      found.withLock { $0 += repeated }
    }
  }
}
