import ArgumentParser
import Engine
import Foundation
import Records
import Reports

extension RejectsCommand {
  struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Loads what a run set aside, by the pipeline file as it is now, and marks it as resolved.",
      discussion: """
        Correct the pipeline or the table first. Only the records that are unresolved are read, from the run's reject file,
        with their places and the run's $now. They are added (append, replace) or found by their key (upsert, sync). The
        replay is a run of its own, RUN-replay-1 and so on; the same command continues one that was stopped.

        EXAMPLES
          sluice rejects replay 20261123T051200Z-3fa9c1
          sluice rejects replay 20261123T051200Z-3fa9c1 --dataset events --on-error stop
        """)

    @Argument(help: "The id of the run that set the records aside.", completion: Completion.run)
    var run: String

    @Option(name: .long, help: ArgumentHelp("Only this dataset; may be repeated.", valueName: "name"))
    var dataset: [String] = []

    @Option(name: .long, help: ArgumentHelp("Where the folders of runs are.", valueName: "dir"), completion: .directory)
    var runDir = ShellText.usualRunFolder

    @OptionGroup var connections: JobsOption
    @OptionGroup var errors: ErrorOptions

    @Option(name: .long, help: "'none': do not compare the table with what was added.")
    var verify: RunCommand.Switch?

    @OptionGroup var patience: PatienceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let session = Session(output: output)
      let (command, environment) = (self, ProcessInfo.processInfo.environment)
      let replay = Engine.Replay(run, in: runDir, events: session.events) { options in
        command.change(&options)
        options.environment = environment
        options.stopping = session.stopping
      }
      try await session.perform { await replay.execute() }
    }

    private func change(_ options: inout RunOptions) {
      options.retryFor = patience.limit
      options.datasets = dataset
      connections.change(&options)
      errors.change(&options)
      if verify != nil { options.verifies = false }
    }
  }
}
