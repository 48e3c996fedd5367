import Postgres
import TestSupport
import Testing

struct CopyOutTests {
  let database: TestDatabase
  let connection: Connection

  init() throws {
    database = try TestDatabase()
    connection = try database.connect()
  }

  @Test("each row comes once, whole, with its line end")
  func rows() throws {
    var sum = 0
    var lines = 0
    let count = try connection.copyOut("COPY (SELECT g FROM generate_series(1, 300000) g) TO STDOUT") { row in
      lines += 1
      #expect(row.last == 0x0A)
      sum += Int(String(decoding: row.dropLast(), as: UTF8.self)) ?? 0
    }
    #expect(count == 300_000 && lines == 300_000)
    #expect(sum == 45_000_150_000)
  }

  @Test("a row of 50 MB comes in one piece")
  func wide() throws {
    var length = 0
    try connection.copyOut("COPY (SELECT repeat('x', 50000000)) TO STDOUT") { length = $0.count }
    #expect(length == 50_000_001)
  }

  struct Stop: Error, Equatable {}

  @Test("a body that throws stops the server, and the connection goes on")
  func bodyThrows() throws {
    var lines = 0
    #expect(throws: Stop()) {
      try connection.copyOut("COPY (SELECT repeat('x', 1000), generate_series(1, 1000000000)) TO STDOUT") { _ in
        lines += 1
        if lines == 1000 { throw Stop() }
      }
    }
    #expect(lines == 1000)
    #expect(try connection.query("SELECT 1").scalar == "1")
  }

  @Test("an error after some rows is thrown")
  func lateError() throws {
    let error = try #require(throws: PostgresError.self) {
      try connection.copyOut("COPY (SELECT 1 / (5000 - g) FROM generate_series(1, 10000) g) TO STDOUT") { _ in }
    }
    #expect(error.sqlState == "22012")
    #expect(try connection.query("SELECT 1").scalar == "1")
  }
}
