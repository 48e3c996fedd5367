import ArgumentParser
import Engine
import Foundation
import LocalPostgres
import Records

struct LocalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "local",
    abstract: "The embedded PostgreSQL that runs load into when nothing else is named.",
    discussion: """
      A private server from the installed binaries (SLUICE_PG_BIN names their folder), on a Unix socket only, with its
      data in the XDG state folder. `run` starts it when it is needed; it goes on running.

      EXAMPLES
        sluice local start
        sluice local psql
        sluice local psql -- -c 'select count(*) from analytics_events'
        sluice local stop
      """,
    subcommands: [Start.self, Stop.self, Status.self, Psql.self])

  static var server: LocalServer {
    let environment = ProcessInfo.processInfo.environment
    return LocalServer(
      stateFolder: LocalServer.defaultStateFolder(environment: environment), binFolder: environment["SLUICE_PG_BIN"])
  }

  static func show(_ status: LocalServer.Status, _ output: OutputOptions) throws {
    guard output.json else { return try Console.out(describe(status)) }
    try JSONOutput.write(
      ServerState(
        running: status.isRunning, pid: status.pid, version: status.dataVersion, data: status.dataFolder,
        socket: status.socketFolder, log: status.logFile))
  }

  private struct ServerState: Encodable {
    var running: Bool
    var pid: Int32?
    var version: Int?
    var data: String
    var socket: String
    var log: String
  }

  private static func describe(_ status: LocalServer.Status) -> OutputText {
    let pid = status.pid.map { "running, pid \($0)" } ?? "not running"
    let version = status.dataVersion.map { "PostgreSQL \($0)" } ?? "no data yet"
    return """
      \(pid), \(version)
      data:   \(status.dataFolder)
      socket: \(status.socketFolder)
      log:    \(status.logFile)
      connect: psql "host=\(status.socketFolder) user=\(LocalServer.defaultName) dbname=\(LocalServer.defaultName)"
      """
  }

  struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start it, unless it runs.")
    @OptionGroup var output: OutputOptions

    func run() throws {
      do {
        try ProcessLimits.check()
        try LocalCommand.show(try LocalCommand.server.start(), output)
      } catch {
        throw output.failed(error)
      }
    }
  }

  struct Stop: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop it; its data stay.")
    @OptionGroup var output: OutputOptions

    func run() throws {
      do {
        try LocalCommand.server.stop()
      } catch {
        throw output.failed(error)
      }
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Whether it runs, and where its data, socket and log are.")
    @OptionGroup var output: OutputOptions

    func run() throws {
      do { try LocalCommand.show(LocalCommand.server.status(), output) } catch { throw output.failed(error) }
    }
  }

  struct Psql: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open psql on it; it is started when it does not run.")
    @Argument(parsing: .captureForPassthrough, help: "Arguments for psql.")
    var arguments: [String] = []

    func run() throws {
      if ["--help", "-h"].contains(arguments.first) { return try Console.out(HelpText.of(Self.self)) }
      let server = LocalCommand.server
      do {
        try ProcessLimits.check()
        try server.start()
      } catch {
        throw OutputOptions.failed(error)
      }
      let rest = arguments.first == "--" ? Array(arguments.dropFirst()) : arguments
      let name = LocalServer.defaultName
      if let account = server.accountName { setenv("PGREQUIREPEER", account, 1) }
      let status = Process.replace(
        "psql", ["--host=\(server.socketFolder)", "--username=\(name)", "--dbname=\(name)"] + rest)
      Console.error("error: psql cannot be run: \(status) (install the PostgreSQL client)")
      throw End(status: .failure)
    }
  }
}
