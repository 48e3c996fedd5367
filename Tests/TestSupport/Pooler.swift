import Foundation
public import Postgres

/// A PgBouncer of its own before the server that tests share; ends with the last reference.
public final class Pooler {
  public enum Mode: String, Sendable, CaseIterable { case session, transaction, statement }

  private let folder = "/tmp/sluice-pooler-\(UUID().uuidString.prefix(8))"
  private let program: Program
  private let database: TestDatabase

  /// Debian has it where only root finds it by its name.
  private static let path = "/usr/sbin/pgbouncer"
  public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

  /// - Parameters:
  ///   - takesTurns: whether sessions of the server are handed out in turn, not the last one that came back.
  ///   - size: how many of them there may be.
  public init(_ mode: Mode, to database: TestDatabase, takesTurns: Bool = false, size: Int = 20) throws {
    self.database = database
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let server = database.settings
    let user = server.user ?? ""
    try Data("\"\(user)\" \"\"\n".utf8).write(to: URL(filePath: "\(folder)/users"))
    var settings = """
      [databases]
      * = host=\(server.host ?? "") port=\(server.port ?? "")
      [pgbouncer]
      unix_socket_dir = \(folder)
      listen_port = 6432
      auth_type = trust
      auth_file = \(folder)/users
      pool_mode = \(mode)
      default_pool_size = \(size)
      server_round_robin = \(takesTurns ? 1 : 0)

      """
    if geteuid() == 0 {
      // It refuses to be root, and only the server's account gets to the server's socket.
      let owner = try FileManager.default.attributesOfItem(atPath: server.host ?? "")[.ownerAccountName]
      settings += "user = \(owner ?? "")\n"
      try FileManager.default.setAttributes([.ownerAccountName: owner ?? ""], ofItemAtPath: folder)
    }
    try Data(settings.utf8).write(to: URL(filePath: "\(folder)/pgbouncer.ini"))
    program = try Program(Self.path, ["-q", "\(folder)/pgbouncer.ini"])
    while (try? connect()) == nil { usleep(1000) }
  }

  deinit {
    // It inherits a mask of signals from the thread of a test, and is deaf to others.
    program.kill()
    _ = program.wait()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// A client of it, beside us.
  public func connect() throws -> Connection {
    try Connection.open(
      database.settings.with("host", folder).with("port", "6432"), cancellation: Cancellation())
  }

  /// What a process would have in its environment to come through it.
  public var environment: [String: String] { ["PGHOST": folder, "PGPORT": "6432"] }
}
