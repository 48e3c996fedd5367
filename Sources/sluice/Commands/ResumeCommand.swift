import ArgumentParser
import Engine
import Foundation
import Records
import Reports

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Goes on with a run that was killed, interrupted or has failed.",
    discussion: """
      What the ledger in the database has is not loaded again; nothing else is skipped. The source is read from its
      beginning and compared with what was loaded and backed up of it. Source, table and pipeline must be those that the
      run began with (else exit status 9). Of a run that reached its end, it shows the result.

      EXAMPLES
        sluice resume 20261123T051200Z-3fa9c1
        sluice resume 20261123T051200Z-3fa9c1 --on-error reject --retry-for 1h
        sluice resume 20261123T051200Z-3fa9c1 --yes
      """)

  @Argument(help: ArgumentHelp("The run's id.", valueName: "run"), completion: Completion.run)
  var id: String

  @Option(name: .long, help: ArgumentHelp("Where the folders of runs are.", valueName: "dir"), completion: .directory)
  var runDir = ShellText.usualRunFolder

  @OptionGroup var connections: JobsOption
  @OptionGroup var errors: ErrorOptions
  @OptionGroup var modes: ModeOptions
  @OptionGroup var patience: PatienceOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let session = Session(output: output)
    let (output, environment) = (output, ProcessInfo.processInfo.environment)
    let resumption: Resumption
    do {
      resumption = try Run.resuming(id, in: runDir, events: session.events) { options in
        change(&options, environment)
        options.stopping = session.stopping
      }
    } catch {
      await session.end()
      throw output.refused(error)
    }
    switch resumption {
    case .run(let run): try await session.perform { await run.execute() }
    case .finished(let report): try await session.perform { report }
    }
  }

  private func change(_ options: inout RunOptions, _ environment: [String: String]) {
    options.environment = environment
    modes.change(&options)
    options.retryFor = patience.limit
    options.waitsForServer = true
    connections.change(&options)
    errors.change(&options)
  }
}
