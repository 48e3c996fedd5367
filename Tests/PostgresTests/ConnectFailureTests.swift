import Foundation
import LocalPostgres
import Postgres
import Records
import TestSupport
import Testing

/// A server of its own that listens on TCP and asks for passwords; each refusal has to be told from the others, and none
/// may print the password.
@Suite(.serialized)
struct ConnectFailureTests {
  /// Holds characters that URLs, connection strings and messages treat in their own way.
  let canary = "c4nary s3cret/'%&"
  let encodedCanary = "c4nary%20s3cret%2F%27%25%26"

  func expectNoSecret(in error: PostgresError) {
    var dumped = ""
    dump(error, to: &dumped)
    for text in [error.description, error.detail ?? "", dumped] {
      #expect(!text.contains("c4nary") && !text.contains("s3cret"), "\(text)")
    }
  }

  func failure(_ url: String) throws -> PostgresError {
    let settings = try ConnectionSettings(parsing: url)
    let error = try #require(throws: PostgresError.self) {
      try Connection.open(settings, cancellation: Cancellation())
    }
    expectNoSecret(in: error)
    return error
  }

  @Test("refusals of a server that asks for passwords are told apart")
  func refusals() throws {
    let port = try freePort()
    let server = temporaryServer("passwords", port: port)
    defer { remove(server) }
    try server.start()
    try server.stop()
    let rules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    let file = try #require(FileHandle(forWritingAtPath: "\(server.dataFolder)/pg_hba.conf"))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(rules.utf8))
    try file.close()
    try server.start()
    let admin = try Connection.open(server.settings, cancellation: Cancellation())
    try admin.execute("CREATE ROLE ann LOGIN PASSWORD \(literal: canary)")
    try admin.execute("CREATE ROLE full LOGIN CONNECTION LIMIT 0 PASSWORD \(literal: canary)")
    try admin.execute("CREATE ROLE nologin PASSWORD \(literal: canary)")
    let address = "127.0.0.1:\(port)"

    let right = try ConnectionSettings(parsing: "postgresql://ann:\(encodedCanary)@\(address)/sluice")
    let connection = try Connection.open(right, cancellation: Cancellation())
    #expect(connection.place == "ann@127.0.0.1:\(port)/sluice")
    #expect(try connection.query("SELECT current_user").scalar == "ann")
    // A password that a message would quote
    let quoted = try #require(throws: PostgresError.self) {
      try connection.execute("SELECT \(unsafe: "\"\(canary)\"")")
    }
    expectNoSecret(in: quoted)

    let wrong = try failure("postgresql://ann:\(encodedCanary)x@\(address)/sluice")
    #expect(wrong.kind == .authentication && wrong.sqlState == "28P01" && !wrong.isTransient)
    #expect(wrong.exitStatus == .database && wrong.place == "ann@\(address)/sluice")
    #expect(try failure("postgresql://ann@\(address)/sluice?passfile=/nowhere").kind == .authentication)
    #expect(try failure("postgresql://nologin:\(encodedCanary)@\(address)/sluice").kind == .authentication)
    let missing = try failure("postgresql://ann:\(encodedCanary)@\(address)/nowhere")
    #expect(missing.kind == .noDatabase && missing.sqlState == "3D000" && missing.message.contains("nowhere"))
    let crowded = try failure("postgresql://full:\(encodedCanary)@\(address)/sluice")
    #expect(crowded.kind == .tooManyConnections && crowded.isTransient)
    // The password is the name of the database by mistake
    #expect(try failure("postgresql://ann:\(encodedCanary)@\(address)/\(encodedCanary)").kind == .noDatabase)
    let plain = try failure("postgresql://ann:\(encodedCanary)@\(address)/sluice?sslmode=require")
    #expect(plain.kind == .encryption && !plain.isTransient)

    let log = try String(contentsOfFile: server.logFile, encoding: .utf8)
    let attempts = log.split(separator: "\n").filter {
      $0.contains("FATAL:  password authentication failed for user \"ann\"")
    }
    #expect(attempts.count == 1, "an account must not be locked by trying again")
  }

  @Test(
    "a certificate has to fit, and encryption is never given up",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
  func certificates() throws {
    let port = try freePort()
    let plain = temporaryServer("certificates", port: port)
    defer { remove(plain) }
    try plain.start()
    try plain.stop()
    let certificate = "\(plain.dataFolder)/server.crt"
    let key = "\(plain.dataFolder)/server.key"
    let openssl = try Process.run(
      URL(fileURLWithPath: "/usr/bin/openssl"),
      arguments: [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-out", certificate,
        "-keyout", key,
      ])
    openssl.waitUntilExit()
    let owner = try FileManager.default.attributesOfItem(atPath: plain.dataFolder)[.ownerAccountID]
    for file in [certificate, key] {
      try FileManager.default.setAttributes(
        [.ownerAccountID: try #require(owner), .posixPermissions: 0o600], ofItemAtPath: file)
    }
    try Data("local all all trust\nhost all all 127.0.0.1/32 trust\n".utf8)
      .write(to: URL(fileURLWithPath: "\(plain.dataFolder)/pg_hba.conf"))
    try FileManager.default.setAttributes(
      [.ownerAccountID: try #require(owner)], ofItemAtPath: "\(plain.dataFolder)/pg_hba.conf")
    let server = temporaryServer("certificates", port: port, ["ssl": "on"])
    try server.start()

    let base = "port=\(port) dbname=sluice user=sluice"
    for text in [
      "\(base) host=127.0.0.1 sslmode=require",
      "\(base) host=localhost hostaddr=127.0.0.1 sslmode=verify-full sslrootcert=\(certificate)",
    ] {
      let connection = try Connection.open(ConnectionSettings(parsing: text), cancellation: Cancellation())
      #expect(connection.isEncrypted)
    }
    #expect(try failure("\(base) host=127.0.0.1 sslmode=verify-full sslrootcert=\(certificate)").kind == .encryption)
    #expect(try failure("\(base) host=127.0.0.1 sslmode=verify-ca sslrootcert=/nowhere").kind == .encryption)
  }

  func temporaryServer(_ name: String, port: UInt16, _ settings: [String: String] = [:]) -> LocalServer {
    LocalServer(
      stateFolder: "/tmp/sluice-tests-\(geteuid())/\(name)-\(getpid())",
      binFolder: ProcessInfo.processInfo.environment["SLUICE_PG_BIN"],
      serverSettings: ["fsync": "off", "listen_addresses": "127.0.0.1", "port": "\(port)"]
        .merging(settings) { _, named in named })
  }

  func remove(_ server: LocalServer) {
    try? server.stop()
    try? FileManager.default.removeItem(atPath: server.stateFolder)
  }

  @Test("a port where nobody listens is unreachable, which may pass")
  func refused() throws {
    let error = try failure("postgresql://ann:\(encodedCanary)@127.0.0.1:\(try freePort())/d")
    #expect(error.kind == .unreachable && error.isTransient && error.exitStatus == .database)
    #expect(try failure("host=/nowhere password='c4nary s3cret'").kind == .unreachable)
    #expect(try failure("host=nowhere.invalid password='c4nary s3cret'").kind == .unreachable)
  }

  @Test("a host that accepts and says nothing is given up after connect_timeout")
  func silent() throws {
    let listener = try SilentServer()
    let error = try failure("postgresql://ann:\(encodedCanary)@127.0.0.1:\(listener.port)/d?connect_timeout=1")
    #expect(error.kind == .unreachable && error.message.contains("1 s"))
  }

  @Test("a session that has a limit ends with it, whatever the server does", arguments: SilentServer.Manner.allCases)
  func limited(_ manner: SilentServer.Manner) throws {
    let server = try SilentServer(manner)
    let settings = try ConnectionSettings(parsing: "host=127.0.0.1 port=\(server.port) user=ann sslmode=disable")
    let error = try #require(throws: PostgresError.self) {
      let connection = try Connection.open(settings, cancellation: Cancellation(), within: .milliseconds(200))
      #expect(manner != .silent && connection.isOpen)
      defer { #expect(!connection.isOpen) }
      try connection.query("SELECT 1")
    }
    #expect(error.kind == .unreachable && error.message.contains("no answer within 0.2 seconds"), "\(error)")
  }

  @Test("connecting ends when it is cancelled")
  func cancelled() throws {
    let listener = try SilentServer()
    let cancellation = Cancellation()
    Thread.detachNewThread { cancellation.cancel() }
    let settings = try ConnectionSettings(parsing: "host=127.0.0.1 port=\(listener.port) connect_timeout=0")
    let error = try #require(throws: PostgresError.self) {
      try Connection.open(settings, cancellation: cancellation)
    }
    #expect(error.kind == .cancelled)
  }

  @Test("settings libpq does not take are no matter of reaching anybody")
  func settings() throws {
    let error = try failure("host=localhost sslmode=loud password=s3cret")
    #expect(error.kind == .settings && !error.isTransient)
  }

  func freePort() throws -> UInt16 { try SilentServer().port }
}
