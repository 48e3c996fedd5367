internal import Archive
internal import Databases
internal import Extract
internal import Load
internal import PipelineSpec
internal import Records
internal import RejectFiles
internal import Reports

extension Run {
  /// Whether the run ends in a stage file, and no database is asked for anything.
  var endsInStageFile: Bool { options.last.isBefore(.load) }

  /// Takes every dataset from its source, or from a stage file, to a stage file.
  func stage(_ report: inout Report, _ folder: inout RunFolder?, now: String) async throws {
    let datasets = try pipeline.chosen(options.datasets)
    let plans = try stagePlans(datasets, run: report.run)
    folder = try stageFolder(report.run)
    if let folder { try begin(datasets, in: folder, now: now) }
    let manifest = try folder.flatMap {
      options.backsUp && options.first == .extract ? try ManifestLog(in: $0, resumes: false) : nil
    }
    if let folder, let manifest { try backUpFolders(folder, manifest) }
    for (dataset, plan) in zip(datasets, plans) {
      var part = DatasetReport(dataset: dataset.name, table: dataset.place)
      defer { report.datasets.append(part) }
      try await stage(dataset, plan, &part, folder, manifest, run: report.run, now: now)
    }
    try manifest?.finish()
    if folder != nil { report.next.append(nextCommand(report.run)) }
  }

  /// Looks at everything before anything is written. The tables are not asked: columns are what the pipeline says.
  private func stagePlans(_ datasets: [Dataset], run: String) throws -> [DatasetPlan] {
    var problems = PlanProblems()
    try checkFiles(datasets, run: run, &problems)
    let plans = try datasets.map { dataset in
      try problems.gather { try DatasetPlan(dataset, TableCheck.layout(declaredBy: dataset.table)) }
    }
    if let error = problems.error { throw error }
    return plans.compactMap { $0 }
  }

  private func stage(
    _ dataset: Dataset, _ plan: DatasetPlan, _ part: inout DatasetReport, _ folder: RunFolder?,
    _ manifest: ManifestLog?, run: String, now: String
  ) async throws {
    let start = ContinuousClock.now
    defer { part.seconds = (ContinuousClock.now - start).inSeconds }
    let context = context(dataset, run: run, folder, now: now, stages: try stagePlan(dataset, folder))
    events.emit(
      .phase(
        RunPhase(
          dataset.name, options.last.rawValue,
          total: context.stages.input?.size ?? SourceInput.size(ofFileAt: dataset.source.file))))
    let files = PassFiles(context, manifest)
    let pass = SourcePass(context, plan, .stage(files))
    do {
      try files.rejects.begin()
      try await pass.flow()
    } catch {
      part.take(pass.tally.counts, of: dataset)
      try? files.rejects.finish()
      throw error
    }
    let counts = pass.tally.counts
    part.take(counts, of: dataset)
    if options.last == .extract { part.takeExtracted(counts) }
    try files.rejects.finish()
    if let archive = counts.archive { try files.commits.close(archive) }
  }

  /// What a stage needs of the run's folder decides whether there is one: extract makes a new one, later stages go on in
  /// that of their `--run-id`. With input and output named, nothing is left for a folder.
  private func stageFolder(_ id: String) throws -> RunFolder? {
    if options.output != nil, options.first == .extract || options.input != nil { return nil }
    if options.first == .extract { return try RunFolder.create(id, in: options.runFolder) }
    return try options.input == nil
      ? RunFolder.named(id, in: options.runFolder) : RunFolder.openOrCreate(id, in: options.runFolder)
  }

  /// Writes what is going to be done. A run that loads, in the same folder, keeps its plan: a resume needs it.
  private func begin(_ datasets: [Dataset], in folder: RunFolder, now: String) throws {
    // They would be wrong of what is written from now on.
    try folder.remove(RunLayout.checksums)
    if let kept = try? Self.readFile(folder), kept.to == nil { return }
    try folder.write(RunFile(self, folder.id, now, datasets).json, to: RunLayout.plan)
  }

  /// - Parameter folder: of the run; nil where it has none.
  func stagePlan(_ dataset: Dataset, _ folder: RunFolder?) throws -> StagePlan {
    func inFolder(_ kind: StageHead.Kind) -> StageFile? { folder.map { .kept(kind, of: dataset.name, in: $0) } }
    var plan = StagePlan(last: options.last, first: options.first)
    plan.input = try stageSource(dataset, folder)
    if options.keepsStages, !options.isDryRun {
      if options.first == .extract { plan.records = inFolder(.records) }
      if options.first.isBefore(.load) { plan.rows = inFolder(.rows) }
    }
    guard endsInStageFile else { return plan }
    let named = options.output.map { StageFile(named: $0) }
    if options.last == .extract {
      plan.records = named ?? inFolder(.records)
      plan.rows = nil
    } else {
      plan.rows = named ?? inFolder(.rows)
    }
    return plan
  }

  /// The stage file that the first stage reads, opened and found to be of this dataset; nil for extract.
  func stageSource(_ dataset: Dataset, _ folder: RunFolder?) throws -> StageSource? {
    guard let kind = options.first.inputKind else { return nil }
    if options.resumes, options.input == "-" {
      throw EngineError(
        .otherSource, "what came down a pipe cannot be read again", place: "dataset \(dataset.name)",
        remedy: "put it into a file, and start a new run with --input")
    }
    // A dry run has no folder of its own, and reads that of the run it is told.
    let folder = try folder ?? options.runID.map { try RunFolder.named($0, in: options.runFolder) }
    guard
      let file = options.input.map({ StageFile(named: $0) }) ?? folder.map({ .kept(kind, of: dataset.name, in: $0) })
    else {
      throw RunStateError(
        .state, "no stage file is named that \(options.first.rawValue) could read", place: "dataset \(dataset.name)",
        remedy: "name a run with --run-id, or a file with --input")
    }
    let source = try StageSource(file, kind)
    try source.check(pipeline, dataset, for: options.first)
    return source
  }

  /// What `verify` compares the table with: a file of rows where the user names one.
  func verifiedStages(_ dataset: Dataset) throws -> StagePlan {
    guard let input = options.input else { return .whole }
    let source = try StageSource(StageFile(named: input), .rows)
    try source.check(pipeline, dataset, for: .verify)
    return StagePlan(last: .verify, first: .verify, input: source)
  }

  private func nextCommand(_ run: String) -> String {
    let next = options.last == .extract ? "transform" : options.last == .transform ? "validate" : "load"
    let words = ["sluice", next, pipeline.file, "--run-id", run] + options.datasets.flatMap { ["--dataset", $0] }
    return ShellText.command(words, in: options.runFolder)
  }
}

extension RunFolder {
  static func openOrCreate(_ id: String, in runs: String) throws(ArchiveError) -> RunFolder {
    do {
      return try create(id, in: runs)
    } catch  where error.kind == .exists {
      return try open(id, in: runs)
    }
  }
}

extension DatasetReport {
  /// After extract, every record waits in the stage file.
  fileprivate mutating func takeExtracted(_ counts: DatasetTally.Counts) {
    read = Int(counts.found)
    loaded = read
  }
}
