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
    // What a test process that was killed had under the same number
    try server.dropDatabase(name)
    try server.createDatabase(name)
  }

  deinit { try? server.dropDatabase(name) }

  /// As superuser, through the Unix socket.
  public var settings: ConnectionSettings { server.settings.database(name) }

  /// Keep the database for as long as the connection is used.
  public func connect(cancellation: Cancellation = Cancellation()) throws -> Connection {
    try Connection.open(settings, cancellation: cancellation)
  }
}
