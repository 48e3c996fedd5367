import Postgres
import Records
import TestSupport
import Testing

struct CopyInTests {
  let database: TestDatabase
  let connection: Connection

  init() throws {
    database = try TestDatabase()
    connection = try database.connect()
    try connection.execute("CREATE TABLE t (a int PRIMARY KEY, b text)")
  }

  struct Stop: Error, Equatable {}

  func write(_ text: String, _ writer: inout CopyWriter) throws {
    try text.withUTF8Bytes { try writer.write($0) }
  }

  /// Binary COPY: signature, flags, no extension.
  let header: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]

  func binaryRow(_ number: UInt8, _ text: [UInt8]) -> [UInt8] {
    [0, 2, 0, 0, 0, 4, 0, 0, 0, number, 0, 0, 0, UInt8(text.count)] + text
  }

  @Test("rows larger than every buffer arrive whole")
  func large() throws {
    let line = String(repeating: "x", count: 3_000_000)
    let count = try connection.copyIn("COPY t FROM STDIN") { writer in
      for number in 1...4 { try write("\(number)\t\(line)\n", &writer) }
      #expect(writer.count == 4 * 3_000_003)
    }
    #expect(count == 4)
    #expect(try connection.query("SELECT sum(length(b)) FROM t").scalar == "12000000")
  }

  @Test("many small writes arrive in order")
  func small() throws {
    let count = try connection.copyIn("COPY t FROM STDIN") { writer in
      for number in 1...50_000 {
        try write("\(number)\t", &writer)
        try write("\(number)\n", &writer)
      }
    }
    #expect(count == 50_000)
    #expect(try connection.query("SELECT count(*) FROM t WHERE a::text = b").scalar == "50000")
  }

  @Test("when the body throws nothing stays, its error wins, and the connection goes on")
  func bodyThrows() throws {
    #expect(throws: Stop()) {
      try connection.copyIn("COPY t FROM STDIN") { writer in
        try write("1\ta\nnot a number", &writer)
        throw Stop()
      }
    }
    #expect(try connection.query("SELECT count(*) FROM t").scalar == "0")
    #expect(connection.transactionStatus == .idle)
  }

  @Test("the refused row is named: text format")
  func refusedText() throws {
    let error = try #require(throws: PostgresError.self) {
      try connection.copyIn("COPY t FROM STDIN", table: Identifier("t")) { writer in
        try write("1\ta\n2\tb\nc4nary\tc\n4\td\n", &writer)
      }
    }
    #expect(error.copyRow == 3)
    #expect(error.sqlState == "22P02")
    #expect(error.isRowRefusal)
    #expect(!error.description.contains("c4nary"), "a value belongs into the detail only")
    #expect(error.detail?.contains("c4nary") == true)
    #expect(try connection.query("SELECT 1").scalar == "1")
  }

  @Test("the refused row is named: binary format")
  func refusedBinary() throws {
    let error = try #require(throws: PostgresError.self) {
      try connection.copyIn("COPY t FROM STDIN (FORMAT binary)", table: Identifier("t")) { writer in
        let rows = header + binaryRow(1, [0x61]) + binaryRow(2, [0xFF]) + binaryRow(3, [0x63]) + [0xFF, 0xFF]
        try rows.withUnsafeBytes { try writer.write($0) }
      }
    }
    #expect(error.copyRow == 2)
    #expect(error.sqlState == "22021")
  }

  @Test("a row that breaks a constraint is named, with table and constraint")
  func duplicate() throws {
    let error = try #require(throws: PostgresError.self) {
      try connection.copyIn("COPY t FROM STDIN", table: Identifier("t")) { writer in
        try write("1\ta\n2\tb\n1\tc\n", &writer)
      }
    }
    #expect(error.copyRow == 3)
    #expect(error.sqlState == "23505")
    #expect(error.place == "public.t.t_pkey")
    #expect(error.detail?.contains("(a)=(1)") == true)
  }

  @Test("what a trigger raises refuses the row, and what it drops is not counted")
  func triggers() throws {
    try connection.executeScript(
      """
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.a = 2 THEN RETURN NULL; END IF;
        IF NEW.a = 4 THEN RAISE EXCEPTION 'c4nary %', NEW.b; END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()
      """)
    #expect(try connection.copyIn("COPY t FROM STDIN") { try write("1\ta\n2\tb\n3\tc\n", &$0) } == 2)
    let error = try #require(throws: PostgresError.self) {
      try connection.copyIn("COPY t FROM STDIN", table: Identifier("t")) { try write("5\ta\n4\tb\n", &$0) }
    }
    #expect(error.sqlState == "P0001" && error.isRowRefusal)
    #expect(error.copyRow == 2)
    #expect(!error.description.contains("c4nary"))
  }

  @Test("an endless body ends when the server has refused a row")
  func refusedWhileWriting() throws {
    let error = try #require(throws: PostgresError.self) {
      try connection.copyIn("COPY t FROM STDIN", table: Identifier("t")) { writer in
        try write("1\ta\nbad\tb\n", &writer)
        let line = String(repeating: "x", count: 100_000)
        while true { try write("1\t\(line)\n", &writer) }
      }
    }
    #expect(error.copyRow == 2)
    #expect(error.sqlState == "22P02")
    #expect(try connection.query("SELECT 1").scalar == "1")
  }

  @Test("a body that swallows the server's error does not make a success")
  func swallowed() throws {
    let error = try #require(throws: PostgresError.self) {
      try connection.copyIn("COPY t FROM STDIN") { writer in
        let line = String(repeating: "x", count: 100_000)
        var isRefused = false
        while !isRefused {
          do { try write("bad\t\(line)\n", &writer) } catch { isRefused = true }
        }
      }
    }
    #expect(error.sqlState == "22P02")
  }

  @Test("a session that is ended in the middle of a COPY says so")
  func terminated() throws {
    let other = try database.connect()
    let error = try #require(throws: PostgresError.self) {
      try connection.copyIn("COPY t FROM STDIN") { writer in
        try write("1\ta\n", &writer)
        try other.query("SELECT pg_terminate_backend($1::int)", parameters: [String(connection.backendPID)])
        let line = String(repeating: "x", count: 100_000)
        var number = 1
        while true {
          number += 1
          try write("\(number)\t\(line)\n", &writer)
        }
      }
    }
    #expect(error.kind == .shuttingDown && error.sqlState == "57P01")
    #expect(error.isTransient)
    #expect(!connection.isOpen)
    #expect(throws: PostgresError.self) { try connection.query("SELECT 1") }
  }

  @Test("notices during a COPY do not end it")
  func notices() throws {
    try connection.executeScript(
      """
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE NOTICE 'row % %', NEW.a, repeat('n', 500); RETURN NEW; END $$;
      CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()
      """)
    let line = String(repeating: "x", count: 500)
    let count = try connection.copyIn("COPY t FROM STDIN") { writer in
      for number in 1...20_000 { try write("\(number)\t\(line)\n", &writer) }
    }
    #expect(count == 20_000)
  }

  @Test("a command that is no COPY FROM STDIN is refused, and leaves the connection usable")
  func misuse() throws {
    for sql in ["SELECT 1", "COPY t TO STDOUT", "CREATE TABLE u (a int)"] as [SQL] {
      let error = try #require(throws: PostgresError.self) { try connection.copyIn(sql) { _ in } }
      #expect(error.kind == .misuse)
    }
    for sql in ["COPY t FROM STDIN", "COPY t TO STDOUT"] as [SQL] {
      let error = try #require(throws: PostgresError.self) { try connection.query(sql) }
      #expect(error.kind == .misuse)
    }
    let missing = try #require(throws: PostgresError.self) { try connection.copyIn("COPY nowhere FROM STDIN") { _ in } }
    #expect(missing.sqlState == "42P01" && missing.exitStatus == .schema)
    #expect(try connection.query("SELECT 1").scalar == "1")
  }

  @Test("only one command passes")
  func oneCommand() throws {
    #expect(throws: PostgresError.self) { try connection.execute("SELECT 1; DROP TABLE t") }
    #expect(try connection.query("SELECT count(*) FROM t").scalar == "0")
  }
}
