internal import Archive
internal import Extract
internal import FoundationEssentials
internal import Load
public import Logging
public import PipelineSpec
internal import Postgres
internal import Records

/// What is left to do of an earlier run.
public enum Resumption: Sendable {
  case run(Run)
  /// It reached its end; this is what it came to.
  case finished(Report)
}

extension Run {
  /// The run `id`, as its files in `runs` describe it, to be gone on with.
  /// - Parameters:
  ///   - pipeline: reads the pipeline file that the run was started with.
  ///   - change: what is to be different from the first time: it cannot change how records become rows.
  public static func resuming(
    _ id: String, in runs: String, pipeline: (String) throws -> Pipeline, progress: Progress = Progress(),
    logger: Logger = Logger(label: "sluice"), notice: @escaping @Sendable (String) -> Void = { _ in },
    _ change: (inout RunOptions) -> Void
  ) throws -> Resumption {
    let folder = try folder(id, in: runs)
    // The checksums are what a run writes last.
    if let report = Report(in: folder), report.isComplete, try folder.hasFile(Checksums.name) {
      return .finished(report)
    }
    let file = try runFile(folder)
    var options = file.options
    options.runFolder = runs
    change(&options)
    options.resumes = true
    var run = Run(try pipeline(file.file), options: options, progress: progress, logger: logger, notice: notice)
    run.resumed = file
    return .run(run)
  }

  static func folder(_ id: String, in runs: String) throws(EngineError) -> RunFolder {
    do {
      return try RunFolder.open(id, in: runs)
    } catch {
      throw EngineError(
        .state, "there is no run of this id", place: "\(runs)/\(id)", remedy: "name the folder of runs with --run-dir",
        cause: error)
    }
  }

  static func runFile(_ folder: RunFolder) throws -> RunFile {
    let place = "\(folder.path)/\(RunFile.name)"
    guard let bytes = try folder.read(RunFile.name) else {
      throw EngineError(
        .state, "is not there: the run ended before anything was done", place: place, remedy: "start a new run")
    }
    guard let file = try? JSONDecoder().decode(RunFile.self, from: Data(bytes)), file.run == folder.id else {
      throw EngineError(.state, "is no plan of this run as it was written", place: place, remedy: "start a new run")
    }
    return file
  }
}

extension RunFile {
  /// That the server and database are those that the run began with.
  func check(_ facts: ServerFacts, place: String) throws(EngineError) {
    let isOther =
      facts.database != database || (system != nil && facts.systemIdentifier != nil && system != facts.systemIdentifier)
    guard isOther else { return }
    throw EngineError(
      .otherTarget, "run \(run) loads into \(server), which is another database", place: place,
      remedy: "give the connection that the run was started with")
  }

  /// That a source can be read again and was not touched since the run began.
  func check(_ dataset: Dataset) throws(EngineError) {
    // A stage file vouches for itself, and every committed slice is compared with it.
    guard from == nil else { return }
    guard let planned = datasets.first(where: { $0.dataset == dataset.name }) else {
      throw EngineError(.state, "\(RunFile.name) does not name it", place: "dataset \(dataset.name)")
    }
    guard !SourceInput.isPipe(dataset.file) else {
      throw EngineError(
        .otherSource, "what came down a pipe cannot be read again", place: "dataset \(dataset.name)",
        remedy: "put it into a file and start a new run; for append take the rows of this one out first")
    }
    let now = SourceIdentity(ofFileAt: dataset.file)
    guard now?.size == planned.source?.size, now?.modifiedSeconds == planned.source?.modifiedSeconds,
      now?.modifiedNanoseconds == planned.source?.modifiedNanoseconds
    else {
      throw EngineError(
        .otherSource, "the source was changed, replaced or removed since the run began", place: dataset.file,
        remedy: "put the earlier file back with its time (cp -p), or start a new run")
    }
  }
}
