import Postgres
import Records
import TestSupport
import Testing

struct SQLTests {
  static let hostileNames = [
    "select", "Mixed Case", "a\"b", "\"", "\"; DROP TABLE victim; --", "a'b", "a\\b", "ünï😀", "a\nb", "$1", "%s", "a.b",
    " ",
    String(repeating: "x", count: 63), String(repeating: "é", count: 31), "e\u{301}", "COPY t, line 9",
  ]

  @Test("a table and column of any name can be made, filled and found")
  func roundTrip() throws {
    let database = try TestDatabase()
    let connection = try database.connect()
    try connection.execute("CREATE TABLE victim (a int)")
    for name in SQLTests.hostileNames {
      let table = try QualifiedTable(schema: "public", table: name)
      let column = try Identifier(name)
      try connection.execute("CREATE TABLE \(table) (\(column) int)")
      try connection.copyIn("COPY \(table) (\([column])) FROM STDIN") { writer in
        try "7\n".withUTF8Bytes { try writer.write($0) }
      }
      #expect(try connection.query("SELECT \(column) FROM \(table)").columns == [name])
      #expect(try connection.describe(table)?.columns.map(\.name) == [name])
    }
    #expect(try connection.query("SELECT count(*) FROM victim").scalar == "0")
  }

  @Test("a string constant reads back as it was, with either meaning of backslashes")
  func literals() throws {
    let database = try TestDatabase()
    let connection = try database.connect()
    for setting in ["on", "off"] {
      try connection.query("SELECT set_config('standard_conforming_strings', $1, false)", parameters: [setting])
      for text in SQLTests.hostileNames {
        #expect(try connection.query("SELECT \(literal: text)").scalar == text)
      }
    }
  }

  @Test(
    "names PostgreSQL would change are refused",
    arguments: ["", String(repeating: "x", count: 64), String(repeating: "é", count: 32), "a\u{0}b"])
  func refusals(name: String) throws {
    let error = try #require(throws: PostgresError.self) { try Identifier(name) }
    #expect(error.kind == .identifier)
    #expect(error.exitStatus == .schema)
  }

  @Test("text is put together from parts that are quoted by their kind")
  func interpolation() throws {
    let names = [try Identifier("a"), try Identifier("b\"c")]
    let condition = [1, 2].map { "x = \($0)" as SQL }.joined(separator: " OR ")
    let sql: SQL = "INSERT INTO t (\(names)) SELECT \(literal: "it's"), \(Int64(-3)) WHERE \(condition)"
    #expect(sql.text == #"INSERT INTO t ("a", "b""c") SELECT 'it''s', -3 WHERE x = 1 OR x = 2"#)
  }
}
