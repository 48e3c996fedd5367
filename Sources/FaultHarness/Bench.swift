import Archive
import Platform
import Postgres

/// What a case works on: a folder and a database of its own, and the program under test.
public final class Bench {
  let server: ScratchServer
  /// The path of the program under test.
  let subject: String
  /// Holds the source, the pipeline, what programs print and, unless a case puts it elsewhere, the folders of runs.
  let folder: String
  let database: String
  /// The most memory that the program may hold.
  let memoryLimit: Int
  var runs: String
  private(set) var scenario = Scenario()
  private(set) var source: [UInt8] = []
  /// Fingerprints of the rows that the table has to have in the end.
  private(set) var expected: [UInt64] = []
  private var launches = 0

  init(server: ScratchServer, subject: String, folder: String, database: String, memoryLimit: Int) throws {
    self.server = server
    self.subject = subject
    self.folder = folder
    self.database = database
    self.memoryLimit = memoryLimit
    runs = "\(folder)/runs"
    try makeFolder(folder)
    try makeFolder("\(folder)/outputs")
    try server.createDatabase(database)
  }

  /// As superuser.
  func connect() throws -> Connection {
    let connection = try server.connect(database)
    try connection.execute("SET TimeZone = 'UTC'")
    return connection
  }

  /// Makes everything as if nothing had ever run: an empty ledger, the table with what it has before, source and pipeline.
  func prepare(_ scenario: Scenario) throws {
    if scenario != self.scenario || source.isEmpty {
      source = scenario.source
      expected = scenario.expected.map { fingerprint($0.copyLine.utf8) }
      self.scenario = scenario
    }
    try restoreSource()
    try writeText(scenario.pipeline, to: "\(folder)/pipeline.yaml")
    let connection = try connect()
    defer { connection.close() }
    try connection.executeScript("DROP SCHEMA IF EXISTS sluice CASCADE; DROP TABLE IF EXISTS events")
    try connection.execute("\(unsafe: scenario.table)")
    try connection.execute("ALTER TABLE events OWNER TO \(unsafe: ScratchServer.role)")
    let rows = scenario.before.map(\.values).joined(separator: ", ")
    try connection.execute("INSERT INTO events VALUES \(unsafe: rows)")
    try call("rm", "-rf", "\(folder)/runs", outputs: outputs)
  }

  /// Puts the source back as it was, with its time.
  func restoreSource() throws { try writeSource(source, keepsTime: true) }

  /// Puts something else in the source's place.
  func writeSource(_ bytes: [UInt8], keepsTime: Bool) throws {
    try writeBytes(bytes, to: sourcePath)
    // Years ago, so that a change of now is another time.
    let old = timespec(tv_sec: 1_700_000_000, tv_nsec: 123_456_789)
    if keepsTime { utimensat(AT_FDCWD, sourcePath, [old, old], 0) }
  }

  var sourcePath: String { "\(folder)/events.json" }

  /// A new folder for what a program prints.
  var outputs: String {
    launches += 1
    let path = "\(folder)/outputs/\(launches % 8)"
    mkdir(path, 0o755)
    return path
  }

  /// Starts the program under test.
  /// - Parameters:
  ///   - port: where it finds the server: a proxy's, say.
  ///   - secret: the password it is told, if it is not the right one.
  func sluice(
    _ arguments: [String], port: Int? = nil, database: String? = nil, secret: String? = nil, trace: Trace? = nil,
    run: String = "", output: Int32? = nil
  ) throws -> Child {
    let outputs = self.outputs
    var launch = Child.Launch(
      executable: subject, arguments: arguments,
      environment: [
        "DATABASE_URL": server.url(database ?? self.database, port: port, secret: secret), "PATH": "/usr/bin:/bin",
        "HOME": folder, "XDG_STATE_HOME": "\(folder)/state", "NO_COLOR": "1",
      ],
      folder: folder, outputs: outputs, output: output, secret: server.secret)
    if let trace {
      guard let strace = program("strace") else { throw HarnessError("there is no strace") }
      launch.executable = strace
      launch.arguments =
        trace.arguments(
          log: "\(outputs)/trace", folders: [runs, "\(runs)/\(run)", "\(runs)/\(run)/\(RunLayout.archives)"]) + [
          subject
        ]
        + arguments
      lastTrace = "\(outputs)/trace"
    }
    return try Child(launch)
  }

  /// Where the last trace was written.
  private(set) var lastTrace = ""

  /// What the program is told for this scenario, beside the verb.
  var options: [String] { ["--run-dir", runs, "--progress", "none"] }
}
