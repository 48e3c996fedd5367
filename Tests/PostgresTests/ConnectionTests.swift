import Postgres
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
    #expect(result.commandTag == "SELECT 1")
  }

  @Test("COPY takes rows and says how many")
  func copy() throws {
    try connection.execute("CREATE TABLE t (a int)")
    let count = try connection.copyIn("COPY t FROM STDIN") { writer in
      try "1\n2\n3\n".withUTF8Bytes { try writer.write($0) }
    }
    #expect(count == 3)
    #expect(try connection.query("SELECT sum(a) FROM t").scalar == "6")
  }
}

extension String {
  func withUTF8Bytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
    var copy = self
    return try copy.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
  }
}
