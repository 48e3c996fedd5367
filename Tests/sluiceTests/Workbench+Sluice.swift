import Foundation
import TestSupport
import Testing

extension Workbench {
  /// The program as it was built beside these tests.
  static let sluice = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/sluice"

  /// Starts `sluice` in the folder, with this database in its environment and little else.
  func start(
    _ arguments: [String], environment more: [String: String] = [:], input: FileHandle? = nil,
    output: FileHandle? = nil
  ) throws -> Program {
    let environment = sluiceEnvironment.merging(more) { $1 }
    return try Program(
      Self.sluice, arguments, in: folder, environment: environment, input: input, output: output)
  }

  /// This database, and little else.
  var sluiceEnvironment: [String: String] {
    var environment = environment
    environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
    environment["XDG_STATE_HOME"] = path("state")
    return environment
  }

  func sluice(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Ended {
    try start(arguments, environment: environment).wait()
  }

  private static let waiting = """
    FROM pg_locks WHERE NOT granted AND relation = 'things'::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """

  /// Returns once a session waits for a lock on the table.
  func awaitLockWait() throws {
    while try scalar("SELECT count(*) \(Self.waiting)") == "0" { _ = try scalar("SELECT pg_sleep(0.02)") }
  }

  /// Ends the sessions that wait for a lock on the table.
  func endLockWaits() throws { try sql("SELECT pg_terminate_backend(pid) \(Self.waiting)") }

  /// The id of the one run there is.
  func onlyRun() throws -> String {
    let runs = try FileManager.default.contentsOfDirectory(atPath: path("runs"))
    try #require(runs.count == 1)
    return runs[0]
  }
}

extension String {
  /// With what differs from run to run put into words.
  var normalised: String {
    replacing(/[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}/, with: "RUN")
      .replacing(/[0-9]+\.[0-9] s\b/, with: "TIME")
      .replacing(/\b[0-9a-f]{32}\b/, with: "DIGEST")
  }
}
