import Foundation
import Postgres
import Testing

@testable import LocalPostgres

@Suite(.serialized)
struct LocalServerTests {
  /// Below /tmp, as the account that runs the server must get at it.
  let folder = "/tmp/sluice-local-\(UUID().uuidString.prefix(8))"
  let bin = ProcessInfo.processInfo.environment["SLUICE_PG_BIN"]

  func withServer(_ folder: String? = nil, _ body: (LocalServer) throws -> Void) throws {
    let server = LocalServer(stateFolder: folder ?? self.folder, binFolder: bin, serverSettings: ["fsync": "off"])
    defer {
      try? server.stop()
      try? FileManager.default.removeItem(atPath: self.folder)
    }
    try body(server)
  }

  func connect(_ server: LocalServer) throws -> Connection {
    try Connection.open(server.settings, cancellation: Cancellation())
  }

  func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("it is made, started, stopped and started again, and keeps its data; each step can be repeated")
  func lifecycle() throws {
    try withServer { server in
      #expect(!server.status().isRunning && server.status().dataVersion == nil)
      try server.stop()
      let first = try server.start()
      #expect(first.isRunning && (first.dataVersion ?? 0) >= 13)
      #expect(try server.start() == first, "a server that runs is left alone")
      let connection = try connect(server)
      #expect(try connection.query("SELECT current_user || ' ' || current_database()").scalar == "sluice sluice")
      #expect(
        try connection.query("SELECT current_setting('listen_addresses'), current_setting('server_encoding')").rows
          == [["", "UTF8"]])
      #expect(try connection.query("SELECT upper('é') || current_setting('synchronous_commit')").scalar == "Éon")
      try connection.execute("CREATE TABLE t AS SELECT 42 AS a")
      try server.createDatabase("other")
      try server.createDatabase("other")
      try server.dropDatabase("other")
      try server.dropDatabase("other")
      for path in [server.dataFolder, server.socketFolder] { #expect(try permissions(path) == 0o700) }
      #expect(
        try permissions(server.stateFolder) == (geteuid() == 0 ? 0o710 : 0o700), "the server's account goes through it")
      try server.stop()
      try server.stop()
      #expect(!server.status().isRunning)
      try server.start()
      #expect(try connect(server).query("SELECT a FROM t").scalar == "42")
    }
  }

  @Test("a server that was killed starts again with everything that was committed")
  func killed() throws {
    try withServer { server in
      let pid = try #require(try server.start().pid)
      let connection = try connect(server)
      try connection.execute("CREATE TABLE t AS SELECT 42 AS a")
      kill(pid, SIGKILL)
      let error = try #require(throws: PostgresError.self) {
        while true { try connection.query("SELECT 1") }
      }
      #expect(error.isTransient && !connection.isOpen)
      let again = try server.start()
      #expect(again.pid != pid && again.isRunning)
      #expect(try connect(server).query("SELECT a FROM t").scalar == "42")
    }
  }

  @Test("a server that does not answer is not waited for without end")
  func silentServer() throws {
    try withServer { server in
      try server.start()
      let connection = try connect(server)
      defer { connection.close() }
      try connection.executeScript("BEGIN; LOCK TABLE pg_database")
      var impatient = server
      impatient.patience = .milliseconds(1)
      let error = try #require(throws: LocalServerError.self) { try impatient.createDatabase("other") }
      #expect(error.kind == .notReady && error.message.contains("does not answer"))
    }
  }

  @Test("what an initdb that was killed left behind is cleared away")
  func halfMade() throws {
    try withServer { server in
      try server.start()
      try server.stop()
      try FileManager.default.moveItem(atPath: server.dataFolder, toPath: "\(server.stateFolder)/data.partial")
      try server.start()
      #expect(!FileManager.default.fileExists(atPath: "\(server.stateFolder)/data.partial"))
    }
  }

  @Test("starts from several sides at once make one server")
  func concurrentStarts() throws {
    try withServer { server in
      let results = Results()
      DispatchQueue.concurrentPerform(iterations: 3) { _ in results.append(try? server.start().pid) }
      let pids = results.all
      #expect(pids.count == 3 && Set(pids).count == 1 && pids[0] != nil)
    }
  }

  @Test("a path too long for a socket puts that elsewhere, in a folder nobody else can enter")
  func longPath() throws {
    let long = "\(folder)/\(String(repeating: "x", count: 120)) y'z"
    try withServer(long) { server in
      #expect(server.socketFolder.hasPrefix("/tmp/sluice-"))
      try server.start()
      #expect(try connect(server).query("SELECT 1").scalar == "1")
      #expect(try permissions(server.socketFolder) == 0o700)
      try server.stop()
      try FileManager.default.removeItem(atPath: server.socketFolder)
    }
  }

  @Test("a link in the socket folder's place is not followed")
  func foreignFolder() throws {
    try withServer { server in
      try FileManager.default.createDirectory(atPath: server.stateFolder, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: server.socketFolder, withDestinationPath: "/tmp")
      let error = try #require(throws: LocalServerError.self) { try server.start() }
      #expect(error.kind == .notOurs)
    }
  }

  @Test("data of another major version are left alone, with a word about it")
  func otherVersion() throws {
    try withServer { server in
      try FileManager.default.createDirectory(atPath: server.dataFolder, withIntermediateDirectories: true)
      try Data("9\n".utf8).write(to: URL(fileURLWithPath: "\(server.dataFolder)/PG_VERSION"))
      let error = try #require(throws: LocalServerError.self) { try server.start() }
      #expect(error.kind == .otherVersion && error.message.contains("PostgreSQL 9"))
      #expect(error.code == "local.otherVersion")
    }
  }

  @Test("without a server installed it says what to install")
  func noBinaries() throws {
    let server = LocalServer(stateFolder: folder, binFolder: "/nowhere")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let error = try #require(throws: LocalServerError.self) { try server.start() }
    #expect(error.kind == .noBinaries && error.place == "/nowhere")
  }

  @Test("a setting the server does not take shows up with the end of its log")
  func badSetting() throws {
    let server = LocalServer(
      stateFolder: folder, binFolder: bin, serverSettings: ["fsync": "off", "no_such_setting": "1"])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let error = try #require(throws: LocalServerError.self) { try server.start() }
    #expect(error.kind == .command)
    #expect(error.detail?.contains("no_such_setting") == true)
    #expect(!server.status().isRunning)
  }

  @Test("root's home is no place for data that another account has to reach", .enabled(if: geteuid() == 0))
  func unreachableFolder() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let error = try #require(throws: LocalServerError.self) { try LocalServer(stateFolder: "\(folder)/in").start() }
    #expect(error.kind == .folder && error.place == folder)
    #expect(LocalServer.defaultStateFolder(environment: ["HOME": "/root"]) == "/var/lib/sluice")
  }
}

final class Results: @unchecked Sendable {
  // The lock protects the values.
  private let lock = NSLock()
  private var values: [Int32?] = []

  func append(_ value: Int32?) { lock.withLock { values.append(value) } }
  var all: [Int32?] { lock.withLock { values } }
}
