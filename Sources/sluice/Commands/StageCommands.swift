import ArgumentParser
import Engine
import Records

/// `sluice extract`: the source becomes a file of records.
struct ExtractCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Reads sources into files of records, a record a line, and touches no database.",
    discussion: """
      The file is runs/RUN/stages/DATASET.records.ndjson.zst, and the source is backed up beside it, unless --output names
      another place; `-` is standard output. Any program can read it: zstd -dc FILE | jq .

      EXAMPLES
        sluice extract pipelines/events.yaml
        sluice extract site.yaml --dataset posts --output posts.zst
        sluice extract site.yaml --dataset posts --output - | zstd -dc | jq -c .
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var place: OutputPlace

  @Option(name: .long, help: ArgumentHelp("'none': no backup and no manifest.", valueName: "none"))
  var backup: RunCommand.Switch?

  func validate() throws { try place.validate(common) }

  func run() async throws {
    try await StageCall(common, .extract, output: place.output).perform { $0.backsUp = backup == nil }
  }
}

/// `sluice transform`: records become rows.
struct TransformCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transform",
    abstract: "Turns files of records into files of rows, and touches no database.",
    discussion: """
      It reads what `sluice extract` wrote into the folder of --run-id, or --input, and writes
      runs/RUN/stages/DATASET.rows.pgcopy.zst, PostgreSQL's binary COPY format, which psql can load too.

      EXAMPLES
        sluice transform pipelines/events.yaml --run-id 20261123T051200Z-3fa9c1
        sluice transform site.yaml --dataset posts --input posts.zst --output rows.zst
        zstd -dc rows.zst | psql -c "\\copy posts from stdin (format binary)"
        sluice extract site.yaml --dataset posts --output - |
          sluice transform site.yaml --dataset posts --input - --output rows.zst
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var input: InputPlace
  @OptionGroup var place: OutputPlace
  @OptionGroup var errors: ErrorOptions

  func validate() throws {
    try input.validate(common)
    try place.validate(common)
  }

  func run() async throws {
    try await StageCall(common, .transform, input: input.input, output: place.output, errors).perform()
  }
}

/// `sluice validate`: rows are held against the rules.
struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Holds files of rows against the pipeline's rules, and touches no database.",
    discussion: """
      It reads what `sluice transform` wrote into the folder of --run-id, or --input; the rows that stay take its place there,
      unless --output names another one.

      EXAMPLES
        sluice validate site.yaml --run-id 20261123T051200Z-3fa9c1 --on-error reject
        sluice validate site.yaml --dataset posts --input rows.zst --output good.zst
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var input: InputPlace
  @OptionGroup var place: OutputPlace
  @OptionGroup var errors: ErrorOptions

  func validate() throws {
    try input.validate(common)
    try place.validate(common)
  }

  func run() async throws {
    try await StageCall(common, .validate, input: input.input, output: place.output, errors).perform()
  }
}

/// `sluice load`: validated rows go into the table.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Loads files of validated rows, with the ledger, balance and parity of a run.",
    discussion: """
      It reads what `sluice validate` wrote into the folder of --run-id, or --input. The file must be of this pipeline and
      dataset, and its columns those of the table; what the table would round or cut is rejected. Nothing is backed up:
      extract did that.

      EXAMPLES
        sluice load pipelines/events.yaml --run-id 20261123T051200Z-3fa9c1
        sluice load site.yaml --dataset posts --input good.zst
        sluice load site.yaml --dataset posts --input good.zst --verify none
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var input: InputPlace
  @OptionGroup var errors: ErrorOptions
  @OptionGroup var modes: ModeOptions
  @OptionGroup var patience: PatienceOptions

  @Option(name: .long, help: ArgumentHelp("'none': do not compare afterwards.", valueName: "none"))
  var verify: RunCommand.Switch?

  func validate() throws {
    try input.validate(common)
  }

  func run() async throws {
    try await StageCall(common, .load, input: input.input, errors).perform { options in
      options.verifies = verify == nil
      options.retryFor = patience.limit
      modes.change(&options)
    }
  }
}
