internal import Archive
internal import Databases
internal import Load
internal import LocalPostgres
public import PipelineSpec
internal import Postgres
internal import Records
internal import RejectFiles
public import Reports

/// Every dataset of a pipeline through all stages, one after another.
///
/// `execute` always returns a report, also of what failed; the run's folder and the target then hold what the report
/// says.
public struct Run: Sendable {
  let pipeline: Pipeline
  let options: RunOptions
  let events: RunEvents
  /// What the run's connections wait out together.
  let outage: Outage
  /// Plan and folder of the run that this one resumes.
  var resumed: (file: RunFile, folder: RunFolder)?

  public init(
    _ pipeline: Pipeline, options: RunOptions, events: RunEvents = RunEvents()
  ) {
    self.pipeline = options.replays == nil ? pipeline : pipeline.replaying
    self.options = options
    self.events = events
    outage = Outage(events)
  }

  /// Runs to the end or to the first failure. Cancelling the task stops it cleanly.
  public func execute() async -> Report {
    await OwnThread.perform {
      let start = ContinuousClock.now
      let instant = RunInstant.now()
      var report = newReport(instant)
      var folder: RunFolder?
      let cancellation = Cancellation()
      let timeline = TimelineRecorder(events)
      events.emit(.began(run: report.run))
      await withTaskCancellationHandler {
        do {
          try await timeline.during {
            try await execute(&report, &folder, now: resumed?.file.instant ?? instant.rfc3339, cancellation)
          }
          report.close(wasVerified: options.verifies && !endsInStageFile, isDryRun: options.isDryRun)
          if endsInStageFile { report.outcome = .staged }
          if let replays = options.replays { report.leave(aside: replays.kept) }
        } catch {
          events.tellDetail(of: error)
          report.fail(error, stopped: options.stopping.statusOfThisTask)
          report.resume = folder.flatMap { resumeCommand(report, after: error, in: $0) }
          report.sayWhatIsAppended(
            first: (folder ?? resumed?.folder).map { needsNewRun(report, after: error, in: $0) } ?? false)
        }
      } onCancel: {
        cancellation.cancel()
      }
      report.seconds = (ContinuousClock.now - start).inSeconds
      if let folder {
        report.folder = folder.path
        report.next = Self.lookingAtRejects(of: report.run, options) + report.next
        timeline.write(to: folder)
        keep(&report, in: folder)
        markResolved(&report, by: folder)
      }
      events.emit(.ended(report.outcome))
      return report
    } refused: { error in
      refused(error)
    }
  }

  /// The report of what was not begun.
  func refused(_ error: EngineError) -> Report {
    var report = newReport(RunInstant.now())
    report.fail(error, stopped: nil)
    return report
  }

  private func newReport(_ instant: RunInstant) -> Report {
    var report = Report(run: options.runID ?? instant.newRunID(), pipeline: pipeline.name)
    report.replays = options.replays?.run
    if options.isDryRun { report.dryRun = true }
    return report
  }

  private func execute(
    _ report: inout Report, _ folder: inout RunFolder?, now: String, _ cancellation: Cancellation
  ) async throws {
    if endsInStageFile { return try await stage(&report, &folder, now: now) }
    let datasets = try pipeline.chosen(options.datasets)
    // What an earlier attempt has loaded is not unchanged.
    if resumed == nil { report.unchanged = Set(datasets.map(\.place)).sorted() }
    var problems = PlanProblems()
    try checkFiles(datasets, run: report.run, &problems)
    let control: Control
    do {
      control = try await connect(&report, isHopeful: problems.isEmpty, cancellation)
    } catch {
      throw try problems.ending(with: error)
    }
    defer { control.close() }
    report.target = control.place
    do {
      try await waitWatch(control.target, report.run).during {
        let plan = try await plan(datasets, &report, control, problems)
        try await load(datasets, plan, &report, &folder, now: now, control)
      }
    } catch {
      // Who stopped the run waits for its end, and resumes it where that can be.
      let isToBeResumed = Task.isCancelled && !readsPipe(report)
      if folder != nil || resumed != nil, !isToBeResumed {
        report.appended = appended(datasets, report.run, control)
      }
      throw error
    }
  }

  /// - Parameter isHopeful: whether it makes sense to wait for the server.
  private func connect(
    _ report: inout Report, isHopeful: Bool, _ cancellation: Cancellation
  ) async throws -> Control {
    let target = try DatabaseTarget.resolve(pipeline, environment: options.environment, logger: events.logger)
    if let local = target.local {
      report.next.append("sluice local psql   (the embedded PostgreSQL in \(local.stateFolder))")
    }
    return try await Control(
      target, run: report.run, waits: options.waitsForServer && isHopeful, patience, cancellation, events.logger)
  }

  private func load(
    _ datasets: [Dataset], _ plan: RunPlan, _ report: inout Report, _ folder: inout RunFolder?, now: String,
    _ control: Control
  ) async throws {
    if !options.isDryRun { folder = try await begin(report.run, now, datasets, control, plan.server) }
    let manifest = try folder.flatMap {
      options.backsUp && options.first == .extract ? try ManifestLog(in: $0, resumes: options.resumes) : nil
    }
    if let folder, let manifest { try backUpFolders(folder, manifest) }
    report.unchanged = nil
    for dataset in datasets {
      let context = context(
        dataset, run: report.run, folder, now: now, stages: try stagePlan(dataset, folder))
      let run = DatasetRun(context: context, control: control)
      var part = DatasetReport(dataset: dataset.name, table: dataset.place)
      do {
        if options.isDryRun {
          try await run.check(plan.datasets[dataset.name], &part)
        } else {
          try await run.load(&part, manifest)
        }
      } catch {
        report.datasets.append(part)
        throw error
      }
      report.datasets.append(part)
    }
    try manifest?.finish()
  }

  /// - Parameters:
  ///   - folder: nil for what writes nothing.
  ///   - now: the run's `$now`, unless a stage file says otherwise.
  func context(
    _ dataset: Dataset, run: String, _ folder: RunFolder?, now: String, stages: StagePlan
  ) -> DatasetContext {
    DatasetContext(
      run: run, pipeline: pipeline, dataset: dataset, options: options.at(stages.input?.head), folder: folder,
      instant: stages.input?.head.instant ?? now, stages: stages, patience: patience, events: events
    )
  }

  /// Rows of the run that stay in tables to which a new run would add them again.
  private func appended(_ datasets: [Dataset], _ run: String, _ control: Control) -> [String: Int]? {
    let datasets = datasets.filter { $0.destination.mode.traits.onlyAdds }
    if datasets.isEmpty { return nil }
    return control.afterwards { connection in
      var rows: [String: Int] = [:]
      for dataset in datasets {
        let isInTable =
          try !dataset.destination.isStaged
          || Ledger.row(run: run, dataset: dataset.name, on: connection)?.isFinished == true
        guard isInTable else { continue }
        rows[dataset.place, default: 0] += try Ledger.totals(run: run, dataset: dataset.name, on: connection).loaded
      }
      return rows.filter { $0.value > 0 }
    }
  }

  var patience: RetryPolicy { RetryPolicy(limit: options.retryFor, outage: outage) }

  func waitWatch(_ target: DatabaseTarget, _ run: String) -> WaitWatch {
    WaitWatch(target: target, run: run, events: events, limit: options.waitsNamedAfter)
  }

  /// Makes the run known, in the database and on disk, or finds it again; takes its tables.
  private func begin(
    _ id: String, _ now: String, _ datasets: [Dataset], _ control: Control, _ facts: ServerFacts
  ) async throws -> RunFolder {
    try await control.prepareLedger(for: datasets)
    for place in Set(datasets.map(\.place)).sorted() { _ = try await control.claim(place) }
    if let resumed {
      for dataset in datasets {
        let row = try await control.perform { try Ledger.row(run: id, dataset: dataset.name, on: $0) }
        guard let row, !row.isFinished else { continue }
        try await control.perform { connection in
          try row.checkIsLast(of: dataset, on: connection)
          try Ledger.resume(row, on: connection)
        }
      }
      // They would be wrong of what is written from now on.
      try resumed.folder.remove(RunLayout.checksums)
      return resumed.folder
    }
    if let origin = options.replays {
      for dataset in datasets {
        try await control.perform { connection in
          try Ledger.row(run: origin.run, dataset: dataset.name, on: connection)?.checkIsLast(
            of: dataset, on: connection)
        }
      }
    }
    if try await control.perform({ try Ledger.hasRun(id, on: $0) }) {
      throw EngineError.taken(id)
    }
    let folder =
      try options.first == .extract
      ? RunFolder.create(id, in: options.runFolder) : RunFolder.openOrCreate(id, in: options.runFolder)
    let file = RunFile(self, id, now, datasets, server: (control.place, facts))
    try folder.write(file.json, to: RunLayout.plan)
    if let distrust = distrust(folder) { events.warn("this run cannot be resumed: \(distrust)") }
    return folder
  }

  /// `backup.include`: each folder as a tar archive of its own.
  func backUpFolders(_ folder: RunFolder, _ manifest: ManifestLog) throws {
    for (path, name) in zip(pipeline.backup.include, FolderArchive.names(for: pipeline.backup.include)) {
      if manifest.isClosed(name) { continue }
      events.emit(.phase(RunPhase(name, "backing up")))
      let writer = try FrameWriter(
        in: folder, name: name, level: pipeline.backup.level, existing: options.resumes ? .replace : .refuse)
      do {
        _ = try FolderArchive.append(folder: path, to: writer, of: folder) { frame in
          try manifest.append(frame, of: name)
        }
        let (last, summary) = try writer.finish()
        if let last { try manifest.append(last, of: name) }
        try manifest.append(summary)
      } catch {
        writer.abandon()
        throw error
      }
    }
  }

  /// How to see what was set aside; nothing where nothing was.
  static func lookingAtRejects(of run: String, _ options: RunOptions) -> [String] {
    let run = options.replays?.run ?? run
    let files = (try? RejectFile.all(ofRun: run, in: options.runFolder)) ?? []
    return files.isEmpty ? [] : [ShellText.command(["sluice", "rejects", "list", run], in: options.runFolder)]
  }

  /// Writes the report and the checksums of the run's files. A run that is stopped has none, as one that was killed: its
  /// files may be hundreds of gigabytes.
  private func keep(_ report: inout Report, in folder: RunFolder) {
    do {
      // The former ones, of a folder that an earlier stage has closed, would be wrong from now on.
      try folder.remove(RunLayout.checksums)
      try folder.write(report.json, to: RunLayout.report)
      try Checksums.write(in: folder)
    } catch let error as CancellationError {
      guard report.isComplete else { return }
      report.fail(error, stopped: options.stopping.status())
      report.resume = resumeCommand(report, after: error, in: folder)
    } catch {
      if report.exit == ExitStatus.success.rawValue || report.exit == ExitStatus.rejects.rawValue {
        report.fail(error, stopped: nil)
      }
      events.emit(.said(.error, "the report could not be written: \(error)"))
    }
  }
}

extension Ledger.RunRow {
  /// - Throws: `run.superseded` where another run has loaded into the table since.
  func checkIsLast(of dataset: Dataset, on connection: Connection) throws {
    guard let later = try Ledger.successor(of: self, on: connection) else { return }
    throw EngineError(
      .superseded, "run \(later) has loaded into this table since", place: dataset.place,
      remedy: "start a new run")
  }
}

extension Dataset {
  /// `schema.table`
  var place: String { "\(destination.schema).\(destination.table)" }
}

extension Pipeline {
  /// The datasets of these names, in the pipeline's order; all when there are none.
  func chosen(_ names: [String]) throws(EngineError) -> [Dataset] {
    for name in names where !datasets.contains(where: { $0.name == name }) {
      throw EngineError(
        .dataset, "the pipeline has no dataset \(name)", place: file,
        remedy: "it has " + datasets.map(\.name).joined(separator: ", "))
    }
    return names.isEmpty ? datasets : datasets.filter { names.contains($0.name) }
  }
}
