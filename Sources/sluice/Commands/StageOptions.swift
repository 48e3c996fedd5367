public import ArgumentParser
import Engine
public import Records

/// The stage file that a command reads.
struct InputPlace: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("The stage file to read, '-' for standard input; else that of --run-id.", valueName: "file"),
    completion: .file())
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
      "The stage file to write, '-' for standard output; else one in the run's folder.", valueName: "file"),
    completion: .file())
  var output: String?

  func validate(_ common: CommonOptions) throws {
    if output != nil, common.dataset.count != 1 { throw ValidationError("--output goes with one --dataset") }
    if output == "-", common.output.json {
      throw ValidationError("--json and --output - both write to standard output")
    }
  }
}

extension Stage: ExpressibleByArgument {}

/// Which stages a run goes through, and what it keeps of them.
struct StageRange: ParsableArguments {
  @Flag(name: .long, help: "Keep what extract and validate hand on as stage files in the run's folder.")
  var keepStages = false

  @Option(
    name: .long,
    help: ArgumentHelp("The first stage; all but extract read the stage file of --run-id.", valueName: "stage")
  )
  var from = Stage.extract

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The last stage; those before load write a stage file and touch no database.", valueName: "stage"))
  var to = Stage.verify

  func validate(_ common: CommonOptions, isDryRun: Bool) throws {
    let places = Stage.allCases
    guard let first = places.firstIndex(of: from), let last = places.firstIndex(of: to), first <= last else {
      throw ValidationError("--from \(from.rawValue) lies behind --to \(to.rawValue)")
    }
    if isDryRun, endsInStageFile {
      throw ValidationError("--dry-run writes nothing, and --to \(to.rawValue) a stage file")
    }
    if from == .verify { throw ValidationError("verifying alone is `sluice verify`") }
    if from != .extract, common.runId == nil {
      throw ValidationError("--from \(from.rawValue) reads the stage file of a run: name it with --run-id")
    }
  }

  var endsInStageFile: Bool { to == .extract || to == .transform || to == .validate }

  func apply(to options: inout RunOptions) {
    options.keepsStages = keepStages
    options.first = from
    options.last = to
    if to == .load { options.verifies = false }
  }
}
