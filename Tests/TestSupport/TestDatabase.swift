import Foundation
import LocalPostgres
public import Postgres
import Synchronization

/// An empty database of its own for one test, removed when the last reference goes.
///
///     let database = try TestDatabase()
///     let connection = try database.connect()
public final class TestDatabase: Sendable {
  private static let count = Atomic<Int>(0)

  public let name: String
  private let server: LocalServer

  public init() throws {
    server = try TestServer.shared.get().server
    name = "test_\(getpid())_\(TestDatabase.count.add(1, ordering: .relaxed).newValue)"
    let connection = try Connection.open(server.settings.database("postgres"), cancellation: Cancellation())
    // What a test process that was killed had under the same number
    try connection.execute("DROP DATABASE IF EXISTS \(unsafe: name) WITH (FORCE)")
    // Copying files takes half the time of writing a log of them, which version 15 began with.
    let quickly: SQL = connection.serverVersion >= 150_000 ? " STRATEGY file_copy" : ""
    try connection.execute("CREATE DATABASE \(unsafe: name)\(quickly)")
  }

  deinit { try? server.dropDatabase(name) }

  /// As superuser, through the Unix socket.
  public var settings: ConnectionSettings { server.settings.database(name) }

  /// Keep the database for as long as the connection is used.
  public func connect(cancellation: Cancellation = Cancellation()) throws -> Connection {
    try Connection.open(settings, cancellation: cancellation)
  }
}
