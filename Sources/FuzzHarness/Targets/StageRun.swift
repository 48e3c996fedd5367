import Engine
import PipelineSpec
import Records
import Reports

/// Stages that know no database, as the targets run them.
struct StageRun {
  let pipeline: Pipeline
  let folder: String

  /// From `first` to validate, and the stage file into standard output, which nobody reads.
  /// - Parameter input: the stage file to begin with; nil: the source.
  func perform(from first: Stage, _ input: String?, setsAside: Bool) async throws {
    var options = RunOptions()
    options.runFolder = "\(folder)/runs"
    options.first = first
    options.last = .validate
    options.input = input
    options.output = "-"
    options.onError = setsAside ? .reject : .stop
    let report = await Run(pipeline, options: options).execute()
    guard report.error?.code != "run.failure", ExitStatus(rawValue: report.exit) != nil else {
      throw Violation(description: report.error?.message ?? "exit status \(report.exit)")
    }
    _ = try report.json
  }
}
