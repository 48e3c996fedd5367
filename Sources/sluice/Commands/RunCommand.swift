import ArgumentParser
import Engine
import Records

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Every dataset through extract → transform → validate → load → verify, backed up in the same pass.",
    discussion: """
      Without target.database in the pipeline and without PG* variables it loads into the embedded PostgreSQL.
      `sluice resume RUN` continues a run that was killed or interrupted, or that failed.

      EXAMPLES
        sluice run pipelines/events.yaml
        sluice run pipelines/events.yaml --dry-run
        sluice run site.yaml --dataset posts --dataset comments --jobs 4
        sluice run site.yaml --on-error reject --max-errors 0.1%
        sluice run site.yaml --max-delete 5%
        sluice run site.yaml --json > report.json
        sluice run site.yaml --dataset posts --to validate
        sluice run site.yaml --from load --run-id 20261123T051200Z-3fa9c1
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var modes: ModeOptions
  @OptionGroup var patience: PatienceOptions
  @OptionGroup var stages: StageRange

  @Flag(name: .long, help: "Read, convert and check everything; write nothing.")
  var dryRun = false

  @OptionGroup var errors: ErrorOptions

  @Option(name: .long, help: ArgumentHelp("'none': no backup and no manifest.", valueName: "none"))
  var backup: Switch?

  @Option(name: .long, help: ArgumentHelp("'none': do not compare afterwards.", valueName: "none"))
  var verify: Switch?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Bytes of source in one transaction: 4096 to 1073741824. A resume keeps those of its run.", valueName: "n"))
  var sliceBytes = RunSettings().sliceBytes

  enum Switch: String, ExpressibleByArgument, CaseIterable { case none }

  func validate() throws {
    try stages.validate(common, isDryRun: dryRun)
    try options.settings.check()
  }

  func run() async throws {
    let pipeline = try common.load()
    let output = common.output
    let session = Session(output: output, counted: dryRun ? .wouldLoad : stages.endsInStageFile ? .staged : .loaded)
    var options = options
    options.stopping = session.stopping
    let run = Run(pipeline, options: options, events: session.events)
    try await session.perform { await run.execute() }
  }

  private var options: RunOptions {
    var options = common.runOptions
    options.isDryRun = dryRun
    errors.change(&options)
    options.backsUp = backup == nil
    options.verifies = verify == nil
    modes.change(&options)
    options.retryFor = patience.limit
    options.waitsForServer = patience.retryFor != nil
    options.sliceBytes = sliceBytes
    stages.apply(to: &options)
    return options
  }
}

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compares tables with their source files, row by row, at any time after a run.",
    discussion: """
      The expected rows are made from the source files, the actual ones are read back from PostgreSQL. Differences are
      named by key and column; at most 100 are listed, all are counted. Columns that the pipeline does not name are not
      compared. With --input, the digests of a file of validated rows take the place of the source.

      EXAMPLES
        sluice verify pipelines/events.yaml
        sluice verify site.yaml --dataset posts --json
        sluice verify site.yaml --dataset posts --input rows.zst
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    name: .long,
    help: ArgumentHelp("Compare with this file of rows, '-' for standard input, not the source.", valueName: "file"),
    completion: .file())
  var input: String?

  func validate() throws {
    if input != nil, common.dataset.count != 1 { throw ValidationError("--input goes with one --dataset") }
  }

  func run() async throws {
    let pipeline = try common.load()
    let output = common.output
    let session = Session(output: output, counted: .compared)
    var options = common.runOptions
    options.input = input
    options.stopping = session.stopping
    let run = Run(pipeline, options: options, events: session.events)
    try await session.perform { await run.verify() }
  }
}
