import ArgumentParser
import Engine
import Foundation
import Logging
import PipelineSpec
import Records
import Reports

/// Flags that `run` and `verify` share.
struct CommonOptions: ParsableArguments {
  @Argument(help: "The pipeline file.", completion: Completion.pipeline)
  var pipeline: String

  @Option(name: .long, help: ArgumentHelp("Only this dataset; may be repeated.", valueName: "name"))
  var dataset: [String] = []

  @Option(name: .long, help: ArgumentHelp("Where the folders of runs are.", valueName: "dir"), completion: .directory)
  var runDir = ShellText.usualRunFolder

  @Option(
    name: .long,
    help: ArgumentHelp("The run's id (run: a new one; verify: which run's row of the ledger counts).", valueName: "id"),
    completion: Completion.run)
  var runId: String?

  @OptionGroup var connections: JobsOption

  @Option(name: .long, help: ArgumentHelp("The largest record.", valueName: "bytes"))
  var maxRecordBytes = RunSettings().recordBytes

  @Option(name: .long, help: ArgumentHelp("How deep objects and arrays may nest.", valueName: "n"))
  var maxDepth = RunSettings().depth

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try runOptions.settings.check()
    if let runId, !Self.isRunID(runId) {
      throw ValidationError("--run-id takes letters, digits, '.', '_' and '-', 100 at most, no '.' first")
    }
  }

  /// The pipeline, read.
  /// - Throws: the exit status, after it told the user what is wrong.
  func load() throws -> Pipeline {
    do {
      return try Pipeline.load(file: pipeline, environment: ProcessInfo.processInfo.environment)
    } catch {
      throw output.refused(error)
    }
  }

  var runOptions: RunOptions {
    var options = RunOptions()
    options.datasets = dataset
    options.runFolder = runDir
    options.runID = runId
    connections.change(&options)
    options.recordBytes = maxRecordBytes
    options.depth = maxDepth
    options.environment = ProcessInfo.processInfo.environment
    return options
  }

  private static func isRunID(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}/) != nil
  }
}

/// How a command speaks.
struct OutputOptions: ParsableArguments {
  enum ProgressStyle: String, ExpressibleByArgument, CaseIterable { case auto, plain, json, none }
  enum LogFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Flag(name: .long, help: "The result as JSON on standard output.")
  var json = false

  @Option(name: .long, help: "How progress is shown on standard error.")
  var progress = ProgressStyle.auto

  @Flag(name: .long, help: "No progress, no summary; errors only.")
  var quiet = false

  @Flag(name: .long, help: "Log more, down to what the server says.")
  var verbose = false

  @Option(name: .long, help: "How log lines look on standard error.")
  var logFormat = LogFormat.text

  @Flag(name: .long, help: "No colour; so do NO_COLOR and TERM=dumb.")
  var noColor = false

  var usesColor: Bool {
    let environment = ProcessInfo.processInfo.environment
    return Console.errorIsTerminal && !noColor && (environment["NO_COLOR"] ?? "").isEmpty
      && environment["TERM"] != "dumb"
  }

  var logger: Logger {
    let isJSON = logsJSON
    var logger = Logger(label: "sluice") { _ in StandardErrorLog(isJSON: isJSON) }
    logger.logLevel = verbose ? .debug : quiet ? .error : .notice
    return logger
  }

  /// Whether each line on standard error is an object.
  var logsJSON: Bool { logFormat == .json }

  /// Tells the user of an error and gives the status to end with.
  func failed(_ error: any Error) -> End { Self.failed(error, verbose: verbose, isJSON: logsJSON) }

  /// As `failed`, for a command whose result is a report: with `--json` there is one also of what was not begun.
  func refused(_ error: any Error) -> End {
    let end = failed(error)
    if json { do { try Console.offer(unchanged: try Report(refused: error).json) } catch { return failed(error) } }
    return end
  }

  /// As `failed`, for a command without such flags.
  static func failed(_ error: any Error, verbose: Bool = false, isJSON: Bool = false) -> End {
    let reported = error as? any ReportableError
    ErrorLine.write(ReportedError(error), lines: reported?.lines, isJSON: isJSON)
    if verbose, let detail = reported?.detail {
      let log = StandardErrorLog(isJSON: isJSON)
      for line in detail.split(separator: "\n") { log.write(.debug, "\(line)") }
    }
    return End(status: reported?.exitStatus ?? .failure)
  }
}
