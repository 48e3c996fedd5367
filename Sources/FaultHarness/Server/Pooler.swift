import LocalPostgres
import Platform
import Postgres

/// A pgbouncer in front of the harness's server, with few connections to share, so that its clients meet each other's.
final class Pooler {
  enum Mode: String, CaseIterable { case session, transaction, statement }

  let port: Int
  private let child: Child
  /// Holds the password, which is to be nowhere when a try is judged.
  private let folder: String
  private let settingsOfClients: ConnectionSettings

  /// Whether the machine has one.
  static var isThere: Bool { program("pgbouncer") != nil }

  /// Starts it and waits until it answers.
  init(_ mode: Mode, for bench: Bench) throws {
    guard let executable = program("pgbouncer") else { throw HarnessError("there is no pgbouncer") }
    port = try Socket.freePort()
    folder = "\(bench.folder)/pooler"
    try makeFolder(folder)
    try writeText("\"\(ScratchServer.role)\" \"\(bench.server.secret)\"\n", to: "\(folder)/users")
    try writeText(
      """
      [databases]
      * = host=127.0.0.1 port=\(bench.server.port)
      [pgbouncer]
      listen_addr = 127.0.0.1
      listen_port = \(port)
      unix_socket_dir =
      auth_type = scram-sha-256
      auth_file = \(folder)/users
      pool_mode = \(mode.rawValue)
      ignore_startup_parameters = extra_float_digits
      default_pool_size = 10

      """, to: "\(folder)/pgbouncer.ini")
    var arguments = ["\(folder)/pgbouncer.ini"]
    if getuid() == 0, let account = getpwuid(try Self.owner(of: bench.server.local.dataFolder)) {
      // It refuses to be root.
      for path in [folder, "\(folder)/users", "\(folder)/pgbouncer.ini"] {
        chown(path, account.pointee.pw_uid, account.pointee.pw_gid)
      }
      arguments = ["-u", String(cString: account.pointee.pw_name)] + arguments
    }
    child = try Child(
      Child.Launch(
        executable: executable, arguments: arguments, environment: ["PATH": "/usr/bin:/bin"], folder: folder,
        outputs: bench.outputs, output: nil, secret: bench.server.secret))
    settingsOfClients = try ConnectionSettings(
      parsing: bench.server.url(bench.database, port: port), environment: [:])
    let answers = child.wait(until: .now + .seconds(20)) { (try? settings()) != nil }
    guard answers else { throw HarnessError("pgbouncer does not answer: \(child.wait().summary)") }
  }

  /// What clients of the pooler find, over as many of its connections as they get.
  func settings() throws -> [[String?]] {
    let clients = try (0..<4).map { _ in try Connection.open(settingsOfClients, cancellation: Cancellation()) }
    defer { for client in clients { client.close() } }
    return try clients.map { client in
      try client.query(
        "SELECT current_setting('search_path'), current_setting('lock_timeout'), current_setting('IntervalStyle')"
      ).rows[0]
    }
  }

  /// Ends it, and its sessions; leaves nothing.
  func stop() {
    child.signal(SIGTERM)
    _ = child.wait()
    for name in entries(of: folder) { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  private static func owner(of path: String) throws -> uid_t {
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw HarnessError.system("cannot look at \(path)") }
    return facts.st_uid
  }
}
