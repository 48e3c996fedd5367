import Records
import Testing

@testable import Postgres

struct PostgresErrorTests {
  @Test(
    "an SQLSTATE decides what an error means",
    arguments: [
      ("23505", .rowRefused, .data), ("22P02", .rowRefused, .data), ("P0001", .rowRefused, .data),
      ("44000", .rowRefused, .data), ("42P01", .schema, .schema), ("42703", .schema, .schema),
      ("3F000", .schema, .schema), ("22P03", .schema, .schema), ("22P04", .schema, .schema),
      ("42501", .permission, .database), ("25006", .readOnly, .database), ("28P01", .authentication, .database),
      ("28000", .authentication, .database), ("3D000", .noDatabase, .database), ("57014", .timeout, .database),
      ("53300", .tooManyConnections, .database), ("53100", .diskFull, .database), ("55P03", .lockTimeout, .database),
      ("40P01", .deadlock, .database), ("40001", .serialization, .database), ("57P01", .shuttingDown, .database),
      ("57P03", .shuttingDown, .database), ("08006", .connectionLost, .database), ("XX000", .server, .database),
      ("0A000", .server, .database), ("54001", .server, .database), ("55000", .server, .database),
      ("58030", .server, .database), ("53200", .resources, .database), ("53400", .resources, .database),
      ("54000", .rowRefused, .data), ("38000", .rowRefused, .data), ("ZZ001", .rowRefused, .data),
      ("25P04", .timeout, .database), ("57P04", .noDatabase, .database), ("57P05", .connectionLost, .database),
      ("25P02", .server, .database), ("72000", .server, .database),
    ] as [(String, PostgresError.Kind, Records.ExitStatus)])
  func kinds(state: String, kind: PostgresError.Kind, status: Records.ExitStatus) {
    let error = PostgresError(PostgresError.Kind(sqlState: state), "m", sqlState: state)
    #expect(error.kind == kind)
    #expect(error.exitStatus == status)
    let retried = ["40001", "40P01", "55P03", "57P01", "57P03", "53300", "53100", "08006", "57P05"]
    #expect(error.isTransient == retried.contains(state))
    #expect(error.isRowRefusal == (kind == .rowRefused))
  }

  @Test("a pooler that hangs up may be there again, a broken rule of the protocol stays one")
  func protocolViolation() {
    let kinds = [true, false].map { PostgresError.Kind(sqlState: "08P01", of: "BEGIN", hasRow: false, endsSession: $0) }
    #expect(kinds == [.connectionLost, .server])
  }

  @Test("limits are named with the setting that raises them", arguments: ["25P04", "53400"])
  func remedies(state: String) {
    let error = PostgresError(PostgresError.Kind(sqlState: state), "m", sqlState: state)
    #expect(error.remedy?.contains(state == "25P04" ? "transaction_timeout" : "temp_file_limit") == true)
    #expect(!error.isTransient)
  }

  @Test(
    "the column of a COPY is what follows the row and one word, without its value",
    arguments: [
      ("COPY t, line 3, column a: \"x\"", "a"), ("COPY t, Zeile 12, Spalte a b", "a b"), ("COPY t, line 3", nil),
      ("COPY t, line 3: \"a, b c\"", nil), ("COPY other, line 3, column a", nil), ("", nil),
    ] as [(String, String?)])
  func copyColumn(context: String, column: String?) throws {
    #expect(PostgresError.copyColumn(in: context, table: try Identifier("t")) == column)
  }

  @Test(
    "the row of a COPY is the first number after the table's name",
    arguments: [
      ("COPY t, line 3, column a: \"x\"", "t", 3), ("COPY t, Zeile 12", "t", 12), ("COPY t, 行 7, 列 a", "t", 7),
      ("PL/pgSQL function f() line 9 at RAISE\nCOPY t, line 2: \"5\"", "t", 2),
      ("COPY a, line 9, line 4", "a, line 9", 4), ("COPY a\nb, line 5", "a\nb", 5),
      ("COPY t, line 3, column a: \"\nCOPY t, line 8\"", "t", 3), ("COPY other, line 3", "t", nil),
      ("SQL statement \"x COPY t, line 3\"", "t", nil), ("COPY t, line 99999999999999999999", "t", nil), ("", "t", nil),
      ("COPY t7, line 3", nil, 3), ("COPY t", nil, nil),
    ] as [(String, String?, Int?)])
  func copyRow(context: String, table: String?, row: Int?) throws {
    #expect(PostgresError.copyRow(in: context, table: try table.map { name in try Identifier(name) }) == row)
  }

  @Test(
    "the SQLSTATE of a refused connection is found in libpq's text, in any language",
    arguments: [
      (
        "connection to server at \"::1\", port 5432 failed: FATAL:  28P01: no: way\nLOCATION:  auth_failed, auth.c:335\n",
        "28P01", "no: way"
      ),
      ("x failed: 致命错误:  3D000: 没有\n位置:  y\n", "3D000", "没有"),
    ])
  func connectStates(text: String, state: String, message: String) {
    let found = Connection.serverMessage(in: text)
    #expect(found?.state == state)
    #expect(found?.message == message)
  }

  @Test("text without an SQLSTATE has none")
  func noState() {
    #expect(
      Connection.serverMessage(in: "connection to server at \"a:  b\", port 5432 failed: Connection refused") == nil)
  }

  @Test("codes are stable names, each its own")
  func codes() {
    #expect(
      Set(PostgresError.Kind.allCases.map { PostgresError($0, "").code }).count == PostgresError.Kind.allCases.count)
    #expect(PostgresError(.lockTimeout, "").code == "postgres.lockTimeout")
  }

  @Test("a message is one line without control characters")
  func oneLine() {
    #expect(PostgresError.oneLine("a\n\tb\u{1B}[31mc\n") == "a; b [31mc")
  }
}
