internal import Archive
internal import Extract
internal import FoundationEssentials
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
public import Reports

/// What is left to do of an earlier run.
public enum Resumption: Sendable {
  case run(Run)
  /// It reached its end; this is what it came to.
  case finished(Report)
}

extension Run {
  /// The run `id`, as its files in `runs` describe it, to be gone on with.
  /// - Parameter change: what is to be different from the first time: it cannot change how records become rows. The
  ///   environment has to come with it.
  /// - Throws: `archive.untrusted` where somebody else can have written its plan or its pipeline file.
  public static func resuming(
    _ id: String, in runs: String, events: RunEvents = RunEvents(), _ change: (inout RunOptions) -> Void
  ) throws -> Resumption {
    let folder = try RunFolder.named(id, in: runs)
    let file = try readLoadFile(folder)
    var options = file.options
    options.runFolder = runs
    change(&options)
    options.resumes = true
    if let report = try finished(folder, options, events) { return .finished(report) }
    var run = Run(
      try file.readPipeline(options.environment), options: options, events: events)
    run.resumed = (file, folder)
    return .run(run)
  }

  /// What a run came to that reached its end. `resume` and `next` are made from the run's id, and not taken from the file.
  private static func finished(
    _ folder: RunFolder, _ options: RunOptions, _ events: RunEvents
  ) throws -> Report? {
    do {
      guard var report = try Report(in: folder), report.isComplete else { return nil }
      report.resume = nil
      report.folder = folder.path
      report.next = lookingAtRejects(of: folder.id, options)
      return report
    } catch let error as ArchiveError where error.kind != .untrusted {
      events.warn("\(error); the ledger alone decides what was done")
      return nil
    }
  }

  /// The command that resumes the run; nil where a resume cannot succeed.
  func resumeCommand(_ report: Report, after error: any Error, in folder: RunFolder) -> String? {
    if endsInStageFile || needsNewRun(report, after: error, in: folder) { return nil }
    let isBegun = options.resumes || report.datasets.contains { !$0.stages.isEmpty }
    return switch ResumeAdvice(after: error) {
    case .resume: options.resuming(report.run)
    case .resumeRejecting: options.resumingRejecting(report.run)
    case .resumeIfBegun: isBegun ? options.resuming(report.run) : nil
    case .resumeByFlag, .startNewRun: nil
    }
  }

  /// Whether no resume can succeed, whatever flags it has.
  func needsNewRun(_ report: Report, after error: any Error, in folder: RunFolder) -> Bool {
    if case .startNewRun = ResumeAdvice(after: error) { return true }
    return distrust(folder) != nil || readsPipe(report)
  }

  /// Whether a resume would have to read again what came down a pipe.
  func readsPipe(_ report: Report) -> Bool {
    if options.input != nil { return options.input == "-" }
    guard options.first == .extract, let datasets = try? pipeline.chosen(options.datasets) else { return false }
    // The last one is where it ended.
    let done = Set(report.datasets.dropLast().map(\.dataset))
    return datasets.contains { SourceInput.isPipe($0.source.file) && !done.contains($0.name) }
  }

  /// Why a resume would not believe the run's files; nil where it would.
  func distrust(_ folder: RunFolder) -> ArchiveError? {
    do throws(ArchiveError) {
      try folder.checkTrust()
      _ = try Trust.read(pipeline.file, limit: Pipeline.sizeLimit)
      return nil
    } catch {
      return error.kind == .untrusted ? error : nil
    }
  }

  /// - Throws: `archive.untrusted`; `run.state` where it is missing or not of this run.
  static func readFile(_ folder: RunFolder) throws -> RunFile {
    let place = "\(folder.path)/\(RunLayout.plan)"
    guard let bytes = try folder.readTrusted(RunLayout.plan) else {
      throw RunStateError(
        .state, "is not there: the run ended before anything was done", place: place, remedy: "start a new run")
    }
    guard let file = try? JSONDecoder().decode(RunFile.self, from: Data(bytes)), file.run == folder.id,
      file.isPlausible
    else {
      throw RunStateError(.state, "is damaged, or is the plan of another run", place: place, remedy: "start a new run")
    }
    return file
  }

  /// That of a run that loads.
  /// - Throws: as `readFile`; `run.state` where it ends in a stage file.
  static func readLoadFile(_ folder: RunFolder) throws -> RunFile {
    let file = try readFile(folder)
    guard let last = file.to else { return file }
    throw RunStateError(
      .state, "the run ends with \(last.rawValue), in a stage file: nothing was loaded", place: folder.path,
      remedy: "give the command of that stage again, or load the file with sluice load")
  }
}

extension RunFile {
  /// The pipeline file that the run was started with, as it is now.
  /// - Throws: `archive.untrusted` where somebody else can have written it: it says where passwords go.
  func readPipeline(_ environment: [String: String]) throws -> Pipeline {
    let text: [UInt8]
    do throws(ArchiveError) {
      text = try Trust.read(identity.file, limit: Pipeline.sizeLimit)
    } catch {
      if error.kind == .untrusted { throw error }
      let problem = PipelineError.Problem(
        line: 1, column: 1, message: "cannot read the pipeline file: \(error.message)")
      throw PipelineError(kind: .unreadable, file: identity.file, problems: [problem])
    }
    return try Pipeline.parse(text: text, file: identity.file, environment: environment)
  }

  /// Datasets whose sources are not as they were, or cannot be read again: while they are not loaded, no resume succeeds.
  func lostSources(_ pipeline: Pipeline) -> Set<String> {
    let planned = Set(identity.datasets.map(\.dataset))
    return Set(pipeline.datasets.filter { planned.contains($0.name) && (try? check($0)) == nil }.map(\.name))
  }

  /// That the server and database are those that the run began with.
  func check(_ facts: ServerFacts, place: String) throws(EngineError) {
    let system = identity.system
    let isOther =
      facts.database != identity.database
      || (system != nil && facts.systemIdentifier != nil && system != facts.systemIdentifier)
    guard isOther, let server = identity.server else { return }
    throw EngineError(
      .otherTarget, "run \(identity.run) loads into \(server), which is another database", place: place,
      remedy: "give the connection that the run was started with")
  }

  /// That a source can be read again and was not touched since the run began.
  func check(_ dataset: Dataset) throws {
    // A stage file vouches for itself, and every committed slice is compared with it.
    guard settings.first == .extract else { return }
    guard let planned = identity.datasets.first(where: { $0.dataset == dataset.name }) else {
      throw RunStateError(.state, "\(RunLayout.plan) does not name it", place: "dataset \(dataset.name)")
    }
    guard !SourceInput.isPipe(dataset.source.file) else {
      throw EngineError(
        .otherSource, "what came down a pipe cannot be read again", place: "dataset \(dataset.name)",
        remedy: "put it into a file and start a new run")
    }
    let now = SourceIdentity(ofFileAt: dataset.source.file)
    guard now?.size == planned.source?.size, now?.modifiedSeconds == planned.source?.modifiedSeconds,
      now?.modifiedNanoseconds == planned.source?.modifiedNanoseconds
    else {
      throw EngineError(
        .otherSource, "the source was changed, replaced or removed since the run began", place: dataset.source.file,
        remedy: "put the earlier file back with its time (cp -p) and resume, or start a new run")
    }
  }
}
