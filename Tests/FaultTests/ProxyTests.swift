import Postgres
import Testing

@testable import FaultHarness

/// One server for the tests that need one; they run one after the other.
@Suite("The proxy", .serialized) final class ProxyTests {
  private let place: ScratchPlace
  private let proxy: Proxy

  init() throws {
    place = try ScratchPlace()
    proxy = try Proxy(to: place.server.port)
  }

  deinit {
    proxy.close()
    place.remove()
  }

  private func connect() throws -> Connection {
    try Connection.open(
      ConnectionSettings(parsing: place.server.url("things", port: proxy.port), environment: [:]),
      cancellation: Cancellation())
  }

  /// Adds a row in a transaction of its own.
  private func add(_ row: Int) throws {
    let connection = try connect()
    defer { connection.close() }
    try connection.transaction { _ = try connection.execute("INSERT INTO things VALUES (\(row))") }
  }

  private var rows: String? {
    get throws {
      let connection = try place.server.connect("things")
      defer { connection.close() }
      return try connection.query("SELECT string_agg(id::text, ' ' ORDER BY id) FROM things").scalar
    }
  }

  @Test("lets everything through, does a COMMIT or not, and cuts where it is told") func faults() throws {
    try place.server.createDatabase("things")
    try add(1, creating: true)
    #expect(try rows == "1")
    #expect(proxy.counts.commits == 1 && proxy.counts.faults == 0)
    let whole = proxy.counts

    proxy.follow(.commits { $0 == 0 ? .answerLost : nil })
    #expect(throws: PostgresError.self) { try self.add(2) }
    #expect(try rows == "1 2", "the answer was lost, and the COMMIT done")
    #expect(proxy.counts.done == 1 && proxy.counts.notDone == 0)

    proxy.follow(.commits { $0 == 0 ? .requestLost : nil })
    #expect(throws: PostgresError.self) { try self.add(3) }
    #expect(try rows == "1 2", "the COMMIT never came")
    #expect(proxy.counts.done == 0 && proxy.counts.notDone == 1)

    proxy.follow(.commits { $0 == 0 ? .orphaned(.milliseconds(300)) : nil })
    #expect(throws: PostgresError.self) { try self.add(4) }
    try add(5)
    #expect(try rows == "1 2 5")

    for direction in ProxyPlan.Direction.allCases {
      let bytes = direction == .toServer ? whole.bytesToServer : whole.bytesToClient
      for after in [1, bytes / 3, bytes / 2] {
        proxy.follow(.cut(direction, after: after, repeats: false))
        let error = #expect(throws: PostgresError.self, "\(direction) after \(after)") { try self.add(6) }
        #expect(error?.isTransient == true, "\(direction) after \(after): \(error?.kind.rawValue ?? "")")
        #expect(proxy.counts.cuts == 1)
        #expect((direction == .toServer ? proxy.counts.bytesToServer : proxy.counts.bytesToClient) == after)
      }
    }
    #expect(try rows == "1 2 5")
  }

  private func add(_ row: Int, creating: Bool) throws {
    let connection = try place.server.connect("things")
    try connection.execute("CREATE TABLE things (id int4)")
    try connection.execute("ALTER TABLE things OWNER TO \(unsafe: ScratchServer.role)")
    connection.close()
    try add(row)
  }
}
