import ArgumentParser
import Engine

/// How many connections a run has. What is not given stays as it is.
struct JobsOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Connections that load, and that read back: \(RunSettings().jobs), or as many as the run that is resumed had.",
      valueName: "n"))
  var jobs: Int?

  func validate() throws {
    var options = RunOptions()
    change(&options)
    try options.settings.check()
  }

  func change(_ options: inout RunOptions) {
    if let jobs { options.jobs = jobs }
  }
}

extension RunSettings {
  /// - Throws: that a number is none that a run takes.
  func check() throws {
    if let problem { throw ValidationError(problem) }
  }
}
