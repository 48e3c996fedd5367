import Foundation
public import LocalPostgres

/// The PostgreSQL server that tests share: all tests of a process, and all test processes of a user.
///
/// It lives in a folder of fixed name below the temporary folder, so that the next `swift test` finds it made; the last
/// process to end stops it. It does not sync: nothing in it has to survive the machine.
public final class TestServer: Sendable {
  public static let shared = Result { try TestServer() }

  public let server: LocalServer
  private let users: FileLock

  private init() throws {
    let folder = "/tmp/sluice-tests-\(geteuid())"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    users = try FileLock("\(folder)/users.lock", .shared)
    server = LocalServer(
      stateFolder: "\(folder)/server", binFolder: ProcessInfo.processInfo.environment["SLUICE_PG_BIN"],
      serverSettings: ["fsync": "off", "shared_buffers": "64MB", "max_connections": "100"])
    try server.start()
    atexit {
      // Nobody else uses it: whoever comes now waits for our lock, then starts it again.
      if let shared = try? TestServer.shared.get(), shared.users.tryExclusive() { try? shared.server.stop() }
    }
  }
}
