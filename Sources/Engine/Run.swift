internal import Archive
internal import FlowControl
internal import Load
internal import LocalPostgres
public import Logging
public import PipelineSpec
internal import Postgres
internal import Records

/// Every dataset of a pipeline through all stages, one after another.
///
/// `execute` always returns a report, also of what failed; the run's folder and the target then hold what the report
/// says.
public struct Run: Sendable {
  let pipeline: Pipeline
  let options: RunOptions
  let progress: Progress
  let logger: Logger
  /// Sentences for the user that are no part of the result.
  let notice: @Sendable (String) -> Void

  public init(
    _ pipeline: Pipeline, options: RunOptions, progress: Progress = Progress(),
    logger: Logger = Logger(label: "sluice"), notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.pipeline = pipeline
    self.options = options
    self.progress = progress
    self.logger = logger
    self.notice = notice
  }

  /// Runs to the end or to the first failure. Cancelling the task stops it cleanly.
  public func execute() async -> Report {
    await withTaskExecutorPreference(ThreadExecutor()) {
      let start = ContinuousClock.now
      let instant = RunInstant.now()
      var report = Report(run: options.runID ?? instant.newRunID(), pipeline: pipeline.name)
      var folder: RunFolder?
      do {
        try await execute(&report, &folder, now: instant.rfc3339)
        report.close(wasVerified: options.verifies, isDryRun: options.isDryRun)
      } catch {
        report.fail(error, stopped: Task.isCancelled ? options.statusWhenStopped() : nil)
      }
      report.seconds = (ContinuousClock.now - start).inSeconds
      if let folder { keep(&report, in: folder) }
      return report
    }
  }

  private func execute(_ report: inout Report, _ folder: inout RunFolder?, now: String) async throws {
    let datasets = try pipeline.chosen(options.datasets)
    let target = try Target.resolve(pipeline, environment: options.environment, notice: notice)
    if let local = target.local {
      report.next.append("sluice local psql   (the embedded PostgreSQL in \(local.stateFolder))")
    }
    let control = try target.connect(Cancellation(), logger)
    defer { control.close() }
    try target.check(control)
    if !options.isDryRun {
      try Ledger.create(control)
      if try Ledger.hasRun(report.run, on: control) {
        throw EngineError(
          .taken, "the ledger has a run of this id already", place: report.run,
          remedy: "choose another --run-id, or leave it out")
      }
      folder = try RunFolder.create(report.run, in: options.runFolder)
    }
    let manifest = try folder.flatMap { options.backsUp ? try ManifestLog(in: $0) : nil }
    if let folder {
      try folder.write(RunFile(self, report.run, now, datasets, server: control.place).json, to: "run.json")
      if let manifest { try backUpFolders(folder, manifest) }
    }
    for dataset in datasets {
      let run = DatasetRun(
        run: report.run, pipeline: pipeline, dataset: dataset, options: options, target: target, folder: folder,
        now: now, progress: progress, logger: logger)
      var part = DatasetReport(dataset: dataset.name, table: "\(dataset.schema).\(dataset.table)")
      do {
        try await run.load(&part, control: control, manifest: manifest)
      } catch {
        report.datasets.append(part)
        throw error
      }
      report.datasets.append(part)
    }
    try manifest?.finish()
  }

  /// `backup.include`: each folder as a tar archive of its own.
  private func backUpFolders(_ folder: RunFolder, _ manifest: ManifestLog) throws {
    for (path, name) in zip(pipeline.backup.include, FolderArchive.names(for: pipeline.backup.include)) {
      progress.begin(name, "backing up", total: nil)
      let writer = try FrameWriter(in: folder, name: name, level: pipeline.backup.level)
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

  /// Writes the report and the checksums of the run's files.
  private func keep(_ report: inout Report, in folder: RunFolder) {
    do {
      try folder.write(report.json, to: "report.json")
      try Checksums.write(in: folder)
    } catch {
      if report.exit == ExitStatus.success.rawValue || report.exit == ExitStatus.rejects.rawValue {
        report.fail(error, stopped: nil)
      }
      logger.error("the report could not be written: \(error)")
    }
  }
}

extension Dataset {
  /// Nothing that the pipeline asks for is passed over in silence.
  fileprivate func checkAvailable() throws(EngineError) {
    switch mode {
    case .append, .replace: break
    case .upsert, .sync:
      throw EngineError(
        .unavailable, "mode \(mode.rawValue) is not available", place: "dataset \(name)",
        remedy: "use append or replace")
    }
    guard repeated == .error else {
      throw EngineError(
        .unavailable, "into.repeated: \(repeated.rawValue) is not available", place: "dataset \(name)",
        remedy: "leave it out: a key met twice is an error then")
    }
  }
}

extension Pipeline {
  /// The datasets of these names, in the pipeline's order; all when there are none.
  func chosen(_ names: [String]) throws(EngineError) -> [Dataset] {
    for name in names where !datasets.contains(where: { $0.name == name }) {
      throw EngineError(
        .dataset, "the pipeline has no dataset \(name)", place: file,
        remedy: "it has " + datasets.map(\.name).joined(separator: ", "))
    }
    let chosen = names.isEmpty ? datasets : datasets.filter { names.contains($0.name) }
    for dataset in chosen { try dataset.checkAvailable() }
    return chosen
  }
}
