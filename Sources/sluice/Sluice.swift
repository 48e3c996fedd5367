import ArgumentParser
import Records

/// `sluice`: the command line. It turns flags into a plan, makes one call, and prints what came of it.
@main
struct Sluice: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice",
    abstract: "Moves large JSON files into PostgreSQL in one pass and proves that everything arrived.",
    discussion: """
      A pipeline file says which files go into which tables.

      A first session:
        sluice run pipelines/events.yaml
        sluice local psql
        sluice verify pipelines/events.yaml
        sluice backup verify RUN
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, ResumeCommand.self, StatusCommand.self, ExtractCommand.self, TransformCommand.self,
      ValidateCommand.self, LoadCommand.self, VerifyCommand.self, BackupCommand.self, RejectsCommand.self,
      LocalCommand.self, ExplainCommand.self,
    ])

  static func main() async {
    Process.keepStandardDescriptors()
    Signals.ignoreFailedWrites()
    Process.returnFreedMemory()
    do {
      try Arguments.check()
      try CommandPath(Arguments.words).check()
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      Process.exit(status(after: error))
    }
  }

  /// Tells of what ended a command, unless that was done.
  private static func status(after error: any Error) -> Records.ExitStatus {
    if let end = error as? End { return end.status }
    if error is any ReportableError { return OutputOptions.failed(error).status }
    let text = fullMessage(for: error)
    switch exitCode(for: error) {
    case .success:
      // Beside help there are the version and scripts for completion.
      let isHelp = text.hasPrefix("OVERVIEW: ")
      do {
        try Console.out(isHelp ? HelpText.of(CommandPath(Arguments.words).command) : OutputText(ours: text))
      } catch {
        return status(after: error)
      }
      return .success
    case let code:
      Console.error(Arguments.shown(text))
      return code == .validationFailure ? .usage : .failure
    }
  }
}

/// A command that told the user what is wrong ends the process by throwing this.
struct End: Error {
  var status: Records.ExitStatus
}
