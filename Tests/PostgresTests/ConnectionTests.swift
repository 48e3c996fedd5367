import Logging
import Postgres
import Records
import Synchronization
import TestSupport
import Testing

struct ConnectionTests {
  let database: TestDatabase
  let connection: Connection

  init() throws {
    database = try TestDatabase()
    connection = try database.connect()
  }

  @Test("values come back as the server prints them, NULL as nil")
  func values() throws {
    let result = try connection.query(
      "SELECT $1::text AS a, $2::int + 1 AS b, NULL AS c", parameters: ["é'\\", "41"])
    #expect(result.columns == ["a", "b", "c"])
    #expect(result.rows == [["é'\\", "42", nil]])
    #expect(result.commandTag == "SELECT 1" && result.scalar == "é'\\")
    #expect(try connection.execute("CREATE TABLE t AS SELECT generate_series(1, 5)") == 5)
    #expect(try connection.query("SELECT WHERE false").scalar == nil)
  }

  @Test("a NUL in a parameter or a command is refused before it is sent")
  func nul() throws {
    for (sql, values) in [("SELECT $1", ["a\u{0}b"]), ("SELECT 1 \u{0} nonsense", [])] as [(SQL, [String])] {
      let error = try #require(throws: PostgresError.self) { try connection.query(sql, parameters: values) }
      #expect(error.kind == .misuse)
    }
    #expect(try connection.query("SELECT 1").scalar == "1")
  }

  @Test("an error names the place and leaves the connection usable")
  func error() throws {
    try connection.execute("CREATE TABLE t (a int NOT NULL, CONSTRAINT small CHECK (a < 10))")
    let error = try #require(throws: PostgresError.self) { try connection.execute("INSERT INTO t VALUES (11)") }
    #expect(error.place == "public.t.small" && error.sqlState == "23514")
    let column = try #require(throws: PostgresError.self) { try connection.execute("INSERT INTO t VALUES (NULL)") }
    #expect(column.place == "public.t.a" && column.sqlState == "23502")
    #expect(connection.transactionStatus == .idle && connection.isOpen)
  }

  @Test("timeouts say which setting to change")
  func timeouts() throws {
    try connection.execute("SET statement_timeout = 20")
    let slow = try #require(throws: PostgresError.self) { try connection.query("SELECT pg_sleep(3600)") }
    #expect(slow.kind == .timeout && slow.remedy?.contains("statement_timeout") == true)
    try connection.execute("SET statement_timeout = 0")
    try connection.execute("CREATE TABLE t (a int)")
    let other = try database.connect()
    try other.begin()
    try other.execute("LOCK TABLE t")
    try connection.execute("SET lock_timeout = 20")
    let locked = try #require(throws: PostgresError.self) { try connection.execute("TRUNCATE t") }
    #expect(locked.kind == .lockTimeout && locked.isTransient && locked.exitStatus == .database)
  }

  @Test("a guarded session ends what nobody waits for, keeps bounds that somebody set, and outlives idleness")
  func guards() throws {
    try connection.execute("SET lock_timeout = '7s'")
    try connection.execute("SET idle_in_transaction_session_timeout = '7s'")
    if connection.serverVersion >= 140_000 { try connection.execute("SET idle_session_timeout = '7s'") }
    try connection.setGuards()
    #expect(try connection.setting("lock_timeout")?.value == "7s")
    let watch = try connection.setting("client_connection_check_interval")?.value
    #expect(watch == (connection.serverVersion >= 140_000 ? "5s" : nil))
    #expect(try connection.setting("idle_session_timeout")?.value ?? "0" == "0")
    #expect(try connection.setting("idle_in_transaction_session_timeout")?.value == "10min")
  }

  @Test("an event trigger that refuses a command is quoted with the command; what speaks of rows is not")
  func raised() throws {
    try connection.executeScript(
      """
      CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no tables on a Monday' USING HINT = 'come back tomorrow'; END $$;
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'secret %', NEW.a USING HINT = 'secret', ERRCODE = TG_ARGV[0]; END $$;
      CREATE TABLE t (a int);
      CREATE EVENT TRIGGER forbid ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION forbid();
      """)
    let forbidden = try #require(throws: PostgresError.self) { try connection.execute("CREATE TABLE u (a int)") }
    #expect(forbidden.kind == .permission && forbidden.remedy?.contains("event trigger") == true)
    #expect(
      forbidden.message == "an event trigger or function refuses CREATE TABLE u: no tables on a Monday "
        + "(SQLSTATE P0001), in PL/pgSQL function forbid() line 1 at RAISE; HINT: come back tomorrow")
    for state in ["P0001", "38000", "ZZ001"] {
      try connection.execute(
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse(\(literal: state))"
      )
      try connection.begin()
      try connection.execute("INSERT INTO t VALUES (42)")
      let late = try #require(throws: PostgresError.self) { try connection.commit() }
      #expect(late.isRowRefusal && late.message.contains("refuses the transaction") && late.sqlState == state)
      let row = try #require(throws: PostgresError.self) {
        try connection.executeScript("BEGIN; SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO t VALUES (42)")
      }
      connection.rollback()
      #expect(row.isRowRefusal && row.message.contains("refuses the row"))
      for error in [late, row] { #expect(!error.message.contains("secret") && error.detail?.contains("42") == true) }
      try connection.execute("DROP TRIGGER refuse ON t")
    }
  }

  @Test("the server's hint belongs to its message")
  func hint() throws {
    let error = try #require(throws: PostgresError.self) { try connection.query("SELECT abs('a'::text)") }
    #expect(error.message.contains("(SQLSTATE 42883); HINT: No function matches"))
  }

  @Test("a read-only session says so")
  func readOnly() throws {
    try connection.execute("SET default_transaction_read_only = on")
    let error = try #require(throws: PostgresError.self) { try connection.execute("CREATE TABLE t (a int)") }
    #expect(error.kind == .readOnly && error.sqlState == "25006")
  }

  @Test("a transaction is kept whole or not at all")
  func transactions() throws {
    struct Stop: Error {}
    try connection.execute("CREATE TABLE t (a int)")
    #expect(throws: Stop.self) {
      try connection.transaction {
        try connection.execute("INSERT INTO t VALUES (1)")
        throw Stop()
      }
    }
    #expect(connection.transactionStatus == .idle)
    try connection.transaction { try connection.execute("INSERT INTO t VALUES (2)") }
    #expect(try connection.query("SELECT a FROM t").rows == [["2"]])
    #expect(throws: PostgresError.self) {
      try connection.transaction(.snapshot) { try connection.execute("INSERT INTO t VALUES (3)") }
    }
  }

  @Test("COMMIT of a failed transaction is no success, though the server raises no error")
  func failedCommit() throws {
    try connection.begin()
    #expect(throws: PostgresError.self) { try connection.execute("SELECT 1 / 0") }
    let error = try #require(throws: PostgresError.self) { try connection.commit() }
    #expect(error.kind == .rolledBack)
  }

  @Test("READ COMMITTED holds whatever the server's default is")
  func isolation() throws {
    try connection.execute("SET default_transaction_isolation = 'serializable'")
    let level = try connection.transaction { try connection.query("SHOW transaction_isolation").scalar }
    #expect(level == "read committed")
  }

  @Test("a script runs to its first error")
  func script() throws {
    #expect(throws: PostgresError.self) {
      try connection.executeScript("CREATE TABLE a (); SELECT 1/0; CREATE TABLE b ()")
    }
    #expect(try connection.query("SELECT to_regclass('a'), to_regclass('b')").rows == [[nil, nil]])
    try connection.executeScript("CREATE TABLE a (); CREATE TABLE b ()")
    #expect(try connection.query("SELECT to_regclass('b')").scalar == "b")
  }

  @Test("pinned, a session prints values in one form whatever the database prefers")
  func pinning() throws {
    for setting in [
      "DateStyle = 'German'", "TimeZone = 'Asia/Kathmandu'", "extra_float_digits = -5", "bytea_output = 'escape'",
      "IntervalStyle = 'postgres_verbose'", "search_path = nowhere",
    ] {
      try connection.execute("ALTER DATABASE \(try Identifier(database.name)) SET \(unsafe: setting)")
    }
    let pinned = try database.connect()
    #expect(try pinned.query("SELECT date '2026-11-23'").scalar == "23.11.2026")
    try pinned.pinOutput()
    let values = try pinned.query(
      """
      SELECT date '2026-11-23', timestamptz '2026-11-23 12:00:00.5+01', 0.1::float8 + 0.2::float8, decode('615c62', 'hex'),
        interval '1 month 2 days', 'pg_catalog.pg_class'::regclass
      """)
    #expect(
      values.rows == [
        ["2026-11-23", "2026-11-23 11:00:00.5+00", "0.30000000000000004", "\\x615c62", "P1M2D", "pg_class"]
      ])
  }

  @Test("notices go to the log at debug level")
  func notices() throws {
    let log = Recorder()
    var logger = Logger(label: "test") { _ in log }
    logger.logLevel = .debug
    let connection = try Connection.open(database.settings, cancellation: Cancellation(), logger: logger)
    try connection.execute("DROP TABLE IF EXISTS nowhere")
    try connection.executeScript("DO $$ BEGIN RAISE WARNING 'careful'; END $$")
    let lines = log.lines.withLock { $0 }
    #expect(lines.count == 2)
    #expect(lines.first?.contains("nowhere") == true && lines.last?.contains("careful") == true)
  }
}

final class Recorder: LogHandler {
  let lines = Mutex<[String]>([])
  var logLevel: Logger.Level {
    get { .debug }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    lines.withLock { $0.append("\(event.level): \(event.message)") }
  }
}

extension String {
  func withUTF8Bytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
    var copy = self
    return try copy.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
  }
}
