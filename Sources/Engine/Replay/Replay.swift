internal import Archive
internal import Databases
internal import Extract
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
public import Reports

/// Loads the records that a run set aside, by the pipeline file as it is now: a run of its own, which reads them from a
/// stage file, and marks them as resolved when it has reached its end.
///
/// Replays of a run come one after another: one that was stopped is gone on with before the next begins.
public struct Replay: Sendable {
  let run: String
  let change: @Sendable (inout RunOptions) -> Void
  let options: RunOptions
  let events: RunEvents

  /// - Parameters:
  ///   - run: the one that set the records aside.
  ///   - change: what the user asked for, over what a replay does otherwise: it sets every bad record aside.
  public init(
    _ run: String, in runs: String, events: RunEvents = RunEvents(),
    _ change: @escaping @Sendable (inout RunOptions) -> Void
  ) {
    self.run = run
    self.events = events
    self.change = change
    var options = RunOptions()
    options.runFolder = runs
    options.onError = .reject
    change(&options)
    options.backsUp = false
    options.first = .transform
    self.options = options
  }

  /// Replays to the end or to the first failure. Cancelling the task stops it cleanly.
  public func execute() async -> Report {
    await OwnThread.perform {
      let file = try? Run.readFile(RunFolder.named(run, in: options.runFolder))
      var report = newReport(file)
      let cancellation = Cancellation()
      await withTaskCancellationHandler {
        do {
          report = try await replay(cancellation)
        } catch {
          events.tellDetail(of: error)
          report.fail(error, stopped: options.stopping.statusOfThisTask)
        }
      } onCancel: {
        cancellation.cancel()
      }
      return report
    } refused: { error in
      Report(refused: error, run: run)
    }
  }

  /// The report of what has not begun yet, under the id that the replay has or would have.
  /// - Parameter file: of the run whose rejects are to be loaded; nil where there is no such run.
  private func newReport(_ file: RunFile?) -> Report {
    guard let file, file.settings.replays == nil else { return Report(run: run, pipeline: file?.pipeline ?? "") }
    let last = try? lastReplay()
    let isComplete = last.flatMap { try? Report(in: $0.folder) }?.isComplete ?? false
    let number = last.map { isComplete ? $0.number + 1 : $0.number } ?? 1
    var report = Report(run: ReplayOrigin.id(run, number), pipeline: file.pipeline)
    report.replays = run
    return report
  }

  private func replay(_ cancellation: Cancellation) async throws -> Report {
    let original = try ReplayedRun(run, in: options.runFolder)
    let pipeline = try original.file.readPipeline(options.environment)
    let target = try DatabaseTarget.resolve(pipeline, environment: options.environment, logger: events.logger)
    let control = try await Control(
      target, run: run, waits: false, RetryPolicy(limit: options.retryFor, outage: Outage(events)), cancellation,
      events.logger)
    defer { control.close() }
    let facts = try await control.perform { try target.check($0) }
    try original.file.check(facts, place: control.place)
    try await control.checkPublications(options) { _ in }
    try await control.prepareLedger(for: pipeline.replaying.datasets)
    guard try await control.perform({ try Ledger.beginReplay(of: run, on: $0) }) else {
      throw EngineError(
        .replay, "another process replays the rejects of this run", place: run, remedy: "wait until it has ended")
    }
    let report: Report
    do {
      report = try await replay(original, pipeline, control)
    } catch {
      try? await control.perform { try Ledger.endReplay(of: run, on: $0) }
      throw error
    }
    try? await control.perform { try Ledger.endReplay(of: run, on: $0) }
    return report
  }

  private func replay(
    _ original: ReplayedRun, _ pipeline: Pipeline, _ control: Control
  ) async throws -> Report {
    var number = 1
    if let last = try lastReplay() {
      number = last.number + 1
      if try Report(in: last.folder)?.isComplete == true {
        let datasets = try Run.readFile(last.folder).datasets.map(\.dataset)
        try ReplayMarks(original: original.folder, replay: last.folder, runs: options.runFolder).write(datasets)
      } else if try await isUndone(last.folder.id, pipeline, control) {
        number = last.number
        for name in try last.folder.files() { try last.folder.remove(name) }
      } else {
        return try await goOn(last.folder.id)
      }
    }
    return try await begin(ReplayOrigin.id(run, number), original, pipeline, control)
  }

  // MARK: - What there is already

  private func lastReplay() throws -> (number: Int, folder: RunFolder)? {
    let numbers = try RunFolder.ids(in: options.runFolder).compactMap { ReplayOrigin.number($0, of: run) }
    guard let number = numbers.max() else { return nil }
    let folder = try RunFolder.open(ReplayOrigin.id(run, number), in: options.runFolder)
    try folder.checkTrust()
    return (number, folder)
  }

  /// Whether nothing of a replay was committed, nor can be any more: it is begun anew then, by the pipeline as it is now.
  private func isUndone(_ id: String, _ pipeline: Pipeline, _ control: Control) async throws -> Bool {
    for place in Set(pipeline.datasets.map(\.place)).sorted() { _ = try await control.claim(place) }
    let isUndone = try await control.perform {
      try Ledger.forget(run: id, pipeline.replaying.datasets.map(\.table), on: $0)
    }
    try await control.release()
    return isUndone
  }

  private func goOn(_ id: String) async throws -> Report {
    let resumption = try Run.resuming(
      id, in: options.runFolder, events: events
    ) { options in
      let datasets = options.datasets
      change(&options)
      options.datasets = datasets
    }
    switch resumption {
    case .run(let run): return await run.execute()
    case .finished(let report): return report
    }
  }

  // MARK: - A new one

  private func begin(
    _ id: String, _ original: ReplayedRun, _ pipeline: Pipeline, _ control: Control
  ) async throws -> Report {
    var parts: [ReplayPart] = []
    for file in try original.rejects(options.datasets) {
      guard let part = try await ReplayPart(file, original, pipeline, control) else { continue }
      parts.append(try await holdingRepeatedKeys(part, original, pipeline))
    }
    let kept = parts.reduce(0) { $0 + $1.kept }
    tell(parts)
    let chosen = parts.filter { $0.count > 0 }
    guard !chosen.isEmpty else { return nothing(original, kept) }
    let folder = try RunFolder.openOrCreate(id, in: options.runFolder)
    for part in chosen { try part.write(to: folder, pipeline) }
    var options = options
    options.runID = id
    options.datasets = chosen.map(\.dataset.name)
    options.recordBytes = original.file.settings.recordBytes
    options.depth = original.file.settings.depth
    options.allowsUnlogged = options.allowsUnlogged || original.file.settings.allowsUnlogged
    options.allowsPublished = options.allowsPublished || original.file.settings.allowsPublished
    options.replays = ReplayOrigin(run: run, kept: kept)
    return await Run(pipeline, options: options, events: events).execute()
  }

  private func tell(_ parts: [ReplayPart]) {
    for part in parts where part.withoutText > 0 {
      events.warn("\(part.dataset.name): \(part.withoutText) records stay set aside, as nothing kept their text")
    }
    for part in parts where part.heldCount > 0 {
      events.warn(
        "\(part.dataset.name): \(part.heldCount) records stay set aside, as they repeat the key of another one")
    }
  }

  private func nothing(_ original: ReplayedRun, _ kept: Int) -> Report {
    var report = Report(run: run, pipeline: original.file.pipeline)
    report.folder = original.folder.path
    report.outcome = .nothingToReplay
    report.exit = ExitStatus.success.rawValue
    report.leave(aside: kept)
    return report
  }
}
