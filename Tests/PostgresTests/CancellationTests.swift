import Foundation
import LocalPostgres
import Postgres
import Records
import TestSupport
import Testing

struct CancellationTests {
  let database: TestDatabase
  let observer: Connection
  let cancellation = Cancellation()
  let connection: Connection

  init() throws {
    database = try TestDatabase()
    observer = try database.connect()
    connection = try database.connect(cancellation: cancellation)
    try observer.execute("CREATE TABLE t (a int)")
  }

  /// Cancels, from a thread of its own, as soon as `condition` holds of the connection's backend.
  func cancel(once condition: String) {
    let pid = String(connection.backendPID)
    let (database, cancellation) = (database, cancellation)
    Thread.detachNewThread {
      guard let watcher = try? database.connect() else { return cancellation.cancel() }
      let question: SQL = "SELECT \(unsafe: condition) FROM pg_stat_activity WHERE pid = $1::int"
      while let row = try? watcher.query(question, parameters: [pid]).rows.first, row != ["t"] {}
      cancellation.cancel()
    }
  }

  func backendState() throws -> String? {
    try observer.query(
      "SELECT state FROM pg_stat_activity WHERE pid = $1::int", parameters: [String(connection.backendPID)]
    ).scalar
  }

  @Test("a query that takes an hour ends at once, on the server too")
  func query() throws {
    cancel(once: "wait_event = 'PgSleep'")
    let error = try #require(throws: PostgresError.self) { try connection.query("SELECT pg_sleep(3600)") }
    #expect(error.kind == .cancelled && error.exitStatus == .interrupted)
    #expect(try backendState() == "idle")
    let later = try #require(throws: PostgresError.self) { try connection.query("SELECT 1") }
    #expect(later.kind == .cancelled, "cancelled is for ever")
  }

  @Test("a COPY that waits for a lock ends, and its transaction can be rolled back")
  func blockedCopy() throws {
    try connection.begin()
    try connection.execute("SELECT 1")
    try observer.begin()
    try observer.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    cancel(once: "wait_event_type = 'Lock'")
    let error = try #require(throws: PostgresError.self) { try connection.copyIn("COPY t FROM STDIN") { _ in } }
    #expect(error.kind == .cancelled)
    #expect(connection.transactionStatus == .failed)
    connection.rollback()
    #expect(connection.transactionStatus == .idle)
  }

  @Test("a COMMIT that was sent is waited for, as only its answer says what the table has")
  func commit() throws {
    try observer.executeScript(
      """
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_sleep(0.5); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER g AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
      """)
    try connection.begin()
    try connection.execute("INSERT INTO t VALUES (1)")
    cancel(once: "wait_event = 'PgSleep'")
    try connection.commit()
    #expect(try observer.query("SELECT count(*) FROM t").scalar == "1")
    let later = try #require(throws: PostgresError.self) { try connection.query("SELECT 1") }
    #expect(later.kind == .cancelled)
  }

  @Test("a body that writes to a server that does not read ends")
  func blockedWriter() throws {
    try observer.executeScript(
      """
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
      CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
      SELECT pg_advisory_lock(1)
      """)
    cancel(once: "wait_event_type = 'Lock'")
    let error = try #require(throws: PostgresError.self) {
      try connection.copyIn("COPY t FROM STDIN") { writer in
        let rows = String(repeating: "1\n", count: 100_000)
        while true { try rows.withUTF8Bytes { try writer.write($0) } }
      }
    }
    #expect(error.kind == .cancelled)
    #expect(try backendState() == "idle")
    #expect(try observer.query("SELECT count(*) FROM t").scalar == "0")
  }

  @Test("reading a table out ends")
  func copyOut() throws {
    cancel(once: "wait_event = 'PgSleep'")
    let error = try #require(throws: PostgresError.self) {
      try connection.copyOut("COPY (SELECT 1 UNION ALL SELECT 2 FROM pg_sleep(3600)) TO STDOUT") { _ in }
    }
    #expect(error.kind == .cancelled)
  }

  @Test("a query ends also where the server takes no request to cancel it")
  func silentServer() throws {
    let server = LocalServer(
      stateFolder: "/tmp/sluice-tests-\(geteuid())/silent-\(getpid())",
      binFolder: ProcessInfo.processInfo.environment["SLUICE_PG_BIN"],
      serverSettings: ["fsync": "off", "shared_buffers": "16MB"])
    let postmaster = try #require(try server.start().pid)
    defer {
      kill(postmaster, SIGCONT)
      try? server.stop()
      try? FileManager.default.removeItem(atPath: server.stateFolder)
    }
    let connection = try Connection.open(server.settings, cancellation: cancellation)
    let observer = try Connection.open(server.settings, cancellation: Cancellation())
    let pid = String(connection.backendPID)
    let (cancellation, watcher) = (cancellation, Watcher(connection: observer))
    Thread.detachNewThread {
      let question: SQL = "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $1::int"
      while let row = try? watcher.connection.query(question, parameters: [pid]).rows.first, row != ["t"] {}
      kill(postmaster, SIGSTOP)
      cancellation.cancel()
    }
    let error = try #require(throws: PostgresError.self) { try connection.query("SELECT pg_sleep(3600)") }
    #expect(error.kind == .cancelled && !connection.isOpen)
  }

  /// One thread has it.
  private struct Watcher: @unchecked Sendable { let connection: Connection }

  @Test("nothing is begun once cancelled")
  func before() throws {
    cancellation.cancel()
    cancellation.cancel()
    #expect(cancellation.isCancelled)
    let error = try #require(throws: PostgresError.self) { try database.connect(cancellation: cancellation) }
    #expect(error.kind == .cancelled)
  }
}
