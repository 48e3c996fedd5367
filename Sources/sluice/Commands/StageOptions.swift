import ArgumentParser
import Engine
import Foundation
import Records

/// The stage file that a command reads.
struct InputPlace: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("The stage file to read, '-' for standard input; else that of --run-id.", valueName: "file"))
  var input: String?

  func validate(_ common: CommonOptions) throws {
    if input == nil, common.runId == nil {
      throw ValidationError("name the run whose stage file is meant with --run-id, or a file with --input")
    }
    if input != nil, common.dataset.count != 1 { throw ValidationError("--input goes with one --dataset") }
  }
}

/// The stage file that a command writes.
struct OutputPlace: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The stage file to write, '-' for standard output; else one in the run's folder.", valueName: "file"))
  var output: String?

  func validate(_ common: CommonOptions) throws {
    if output != nil, common.dataset.count != 1 { throw ValidationError("--output goes with one --dataset") }
    if output == "-", common.output.json {
      throw ValidationError("--json and --output - both write to standard output")
    }
  }
}

/// Which stages a run goes through, and what it keeps of them.
struct StageRange: ParsableArguments {
  @Flag(name: .long, help: "Keep what extract and validate hand on as stage files in the run's folder.")
  var keepStages = false

  @Option(
    name: .long,
    help: ArgumentHelp("The first stage; all but extract read the stage file of --run-id.", valueName: "stage")
  )
  var from = Name.extract

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The last stage; those before load write a stage file and touch no database.", valueName: "stage"))
  var to = Name.verify

  enum Name: String, ExpressibleByArgument, CaseIterable { case extract, transform, validate, load, verify }

  func validate(_ common: CommonOptions, isDryRun: Bool) throws {
    let places = Name.allCases
    guard let first = places.firstIndex(of: from), let last = places.firstIndex(of: to), first <= last else {
      throw ValidationError("--from \(from.rawValue) lies behind --to \(to.rawValue)")
    }
    if isDryRun, to == .extract || to == .transform || to == .validate {
      throw ValidationError("--dry-run writes nothing, and --to \(to.rawValue) a stage file")
    }
    if from == .verify { throw ValidationError("verifying alone is `sluice verify`") }
    if from != .extract, common.runId == nil {
      throw ValidationError("--from \(from.rawValue) reads the stage file of a run: name it with --run-id")
    }
  }

  func apply(to options: inout RunOptions) {
    options.keepsStages = keepStages
    options.first = Stage(rawValue: from.rawValue) ?? .extract
    options.last = Stage(rawValue: to.rawValue) ?? .verify
    if to == .load { options.verifies = false }
  }
}

/// What a record means that cannot be loaded.
struct ErrorOptions: ParsableArguments {
  @Option(name: .long, help: "What a record means that cannot be loaded: stop the run, or set it aside.")
  var onError: RunCommand.OnError?

  @Option(
    name: .long, help: ArgumentHelp("How many records may be set aside; implies --on-error reject.", valueName: "n|n%"),
    transform: { text in
      guard let limit = RunOptions.ErrorLimit(text) else { throw ValidationError("takes a number, or 0 to 100 and %") }
      return limit
    })
  var maxErrors: RunOptions.ErrorLimit?

  func check() throws {
    if onError == .stop, maxErrors != nil {
      throw ValidationError("--max-errors sets records aside; it does not go with --on-error stop")
    }
  }

  func apply(to options: inout RunOptions) {
    options.onError = onError == .reject || maxErrors != nil ? .reject : .stop
    options.maxErrors = maxErrors
  }
}

/// One stage, as the user sees it.
struct StageCall {
  private let common: CommonOptions
  private let stage: Stage
  private let input: String?
  private let output: String?
  private let errors: ErrorOptions?

  init(
    _ common: CommonOptions, _ stage: Stage, input: String? = nil, output: String? = nil, _ errors: ErrorOptions? = nil
  ) {
    self.common = common
    self.stage = stage
    self.input = input
    self.output = output
    self.errors = errors
  }

  /// - Throws: the exit status, unless it is success.
  func perform(_ change: (inout RunOptions) -> Void = { _ in }) async throws {
    let pipeline = try common.load()
    var options = common.runOptions
    errors?.apply(to: &options)
    options.first = stage
    // What was loaded is verified in the same breath.
    options.last = stage == .load ? .verify : stage
    // Absolute, so that a resume finds it from anywhere.
    options.input = input.map { $0 == "-" ? $0 : URL(filePath: $0).path }
    options.output = output
    change(&options)
    let progress = Progress()
    var speech = common.output
    // Standard output is the file's.
    if output == "-" { speech.quiet = true }
    let session = Session(output: speech, folder: output == nil ? common.runDir : nil)
    options.statusWhenStopped = session.statusWhenStopped
    let run = Run(pipeline, options: options, progress: progress, logger: speech.logger) { [speech] text in
      if !speech.quiet { Console.error(Console.safe(text)) }
    }
    try await session.perform(progress) { await run.execute() }
  }
}
