import LocalPostgres
import Platform
import Postgres

/// A PostgreSQL server of the harness, to be mistreated: it listens on loopback, where it asks for a password.
final class ScratchServer {
  /// The role that the program under test is; it is no superuser, and owns the databases.
  static let role = "faults"

  let local: LocalServer
  let port: Int
  /// The role's password, which may be seen nowhere.
  let secret: String

  /// Makes it and starts it.
  /// - Parameter folder: not there yet, and the server's account can enter what it is in.
  init(folder: String, secret: String) throws {
    self.secret = secret
    port = try Socket.freePort()
    local = LocalServer(
      stateFolder: folder,
      serverSettings: [
        "port": String(port), "listen_addresses": "127.0.0.1", "password_encryption": "scram-sha-256",
        // It survives its own crashes; the machine's are not provoked.
        "fsync": "off", "shared_buffers": "64MB", "max_connections": "40", "autovacuum": "off",
        "max_wal_size": "256MB",
        // Standbys and subscribers can be missed only where there could be some.
        "wal_level": "logical", "max_wal_senders": "4",
        "deadlock_timeout": "500ms", "log_connections": "on",
      ])
    try local.start()
    try allowLoopback()
    let admin = try connect()
    defer { admin.close() }
    try admin.execute(
      "CREATE ROLE \(unsafe: Self.role) LOGIN PASSWORD \(literal: secret)")
  }

  private func allowLoopback() throws {
    let admin = try connect()
    defer { admin.close() }
    // The server writes it: the folder is its account's.
    try admin.execute(
      """
      COPY (VALUES ('local all all trust'), ('host all all 127.0.0.1/32 scram-sha-256'))
      TO \(literal: local.dataFolder + "/pg_hba.conf")
      """)
    try admin.query("SELECT pg_reload_conf()")
  }

  /// As superuser through the Unix socket, where no password is asked for; waits while the server restarts.
  func connect(_ database: String = "postgres") throws -> Connection {
    let settings = local.settings.database(database).with("application_name", "harness")
    let end = ContinuousClock.now + .seconds(30)
    while true {
      do {
        return try Connection.open(settings, cancellation: Cancellation())
      } catch {
        guard error.kind == .shuttingDown, .now < end else { throw error }
        pause(.milliseconds(20))
      }
    }
  }

  /// What the program under test is told.
  func url(_ database: String, port: Int? = nil, secret: String? = nil) -> String {
    "postgresql://\(Self.role):\(secret ?? self.secret)@127.0.0.1:\(port ?? self.port)/\(database)"
  }

  func createDatabase(_ name: String) throws {
    let admin = try connect()
    defer { admin.close() }
    try admin.execute("CREATE DATABASE \(unsafe: name) OWNER \(unsafe: Self.role)")
  }

  // MARK: - Mistreatment

  func start() throws { try local.start() }

  func stop() throws { try local.stop() }

  /// SIGKILL to the postmaster; its sessions end when they notice.
  func killPostmaster() throws {
    guard let pid = local.status().pid else { throw HarnessError("the server does not run") }
    kill(pid, SIGKILL)
    while local.status().isRunning { pause(.milliseconds(5)) }
  }

  /// Waits until the server, a session's process of which was killed, has ended the session `admin` as well, as it ends
  /// all before it restarts. It does not restart when that process had ended by itself.
  static func awaitRestart(seenBy admin: Connection) {
    let end = ContinuousClock.now + .seconds(5)
    while .now < end, (try? admin.query("SELECT 1")) != nil { pause(.milliseconds(5)) }
  }

  /// The sessions of a database that are not ours.
  static func sessions(of database: String, on admin: Connection) throws -> [Int32] {
    try admin.query(
      """
      SELECT pid FROM pg_stat_activity
      WHERE datname = $1 AND application_name <> 'harness' AND backend_type = 'client backend'
      """, parameters: [database]
    ).rows.compactMap { $0[0].flatMap { Int32($0) } }
  }

  /// Ends one session of a database after the other, until it is stopped.
  /// - Parameter killed: told of each that was ended.
  func endingSessions(
    of database: String, every interval: Duration, seed: UInt64, killed: @escaping @Sendable () -> Void
  ) throws -> BackgroundThread {
    let settings = local.settings.database("postgres").with("application_name", "harness")
    return try BackgroundThread { stopping in
      var random = SplitMix64(seed: seed)
      guard let admin = try? Connection.open(settings, cancellation: Cancellation()) else { return }
      defer { admin.close() }
      while !stopping.isSet {
        if let pid = try? ScratchServer.sessions(of: database, on: admin).randomElement(using: &random),
          (try? admin.query("SELECT pg_terminate_backend($1)", parameters: [String(pid)])) != nil
        {
          killed()
        }
        pause(interval)
      }
    }
  }

  /// What the server logged.
  var log: String { readText(local.logFile) ?? "" }
}
