import Records
import Testing
import Verify

@Suite("Different values have different digests")
struct DifferentValuesTests {
  static let jsonb = [
    "1", "\"1\"", "10", "0", "\"\"", "null", "\"null\"", "[null]", "true", "\"true\"", "false", "{}", "[]", "[{}]",
    "[[]]",
    "[[],[]]", "{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1}", "{\"1\":\"a\",\"2\":\"b\"}", "{\"a\":{\"b\":1}}",
    "{\"a\":[1]}",
    "{\"a\":1}", "{\"a\":null}", "{\"a\":\"\"}", "{\"\":\"a\"}", "{\"a\":{}}", "{\"a\":[]}", "[1,2]", "[2,1]", "[12]",
    "[[1],2]", "[1,[2]]", "[[1,2]]", "[1,2,null]", "[\"a\",\"b\"]", "[\"ab\"]", "[\"a\",\"b\",\"\"]",
    "[\"\",\"a\",\"b\"]",
    "{\"a\":{\"x\":1},\"b\":{\"y\":2}}", "{\"a\":{\"y\":2},\"b\":{\"x\":1}}", "{\"a\":{\"x\":2},\"b\":{\"y\":1}}",
    "[{\"a\":1},{\"b\":2}]", "[{\"a\":1,\"b\":2}]", "[{\"b\":2},{\"a\":1}]", "0.1", "0.10000000000000001", "1e131071",
    "1e131070", "-1", "123456789012345678901234567890", "-123456789012345678901234567890",
    "12345678901234567890123456789", "123456789012345678901234567890e1", "\"a\\u0301\"", "\"\\u00e1\"", "\"\\\\u00e1\"",
    "{\"aaaaaaaaaaaaaaaa\":\"\"}", "{\"\":\"aaaaaaaaaaaaaaaa\"}", "[\"aaaaaaaaaaaaaaaa\"]",
    "[\"aaaaaaaaaaaaaaaa\",\"\"]",
  ]

  @Test("in jsonb, on both sides")
  func json() throws {
    let column = try ColumnLayout("jsonb")
    var seen: [RowDigest: String] = [:]
    for value in Self.jsonb {
      let digest = expected(value, column)
      if value != "null" {
        // PostgreSQL prints other white space, but the same grammar; COPY doubles the backslashes.
        let printed = value.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
        #expect(try actual(printed, column) == digest)
      }
      if let twin = seen.updateValue(value, forKey: digest) { Issue.record("\(value) and \(twin)") }
    }
    #expect(try actual("null", column) != actual("\\N", column), "the null of JSON is not that of SQL")
  }

  @Test(
    "in scalar columns",
    arguments: [
      ("text", ["null", "\"\"", "\"null\"", "\"NULL\"", "\" \"", "\"a\"", "\"a \"", "\"A\"", "\"\\\\N\"", "\"N\""]),
      (
        "numeric",
        ["null", "0", "1", "-1", "10", "0.1", "1e-30", "1e30", "12345678901234567890", "12345678901234567891"]
      ),
      ("int8", ["0", "1", "-1", "9007199254740992", "9007199254740993", "-9007199254740993"]),
      ("float8", ["0", "-0.0", "1", "0.1", "0.10000000000000002", "5e-324", "1e-323", "1e308"]),
      ("float4", ["0", "-0.0", "0.1", "0.10000001", "1e-45", "3e-45"]),
      ("bool", ["null", "true", "false"]),
      ("bytea", ["\"\\\\x\"", "\"\\\\x00\"", "\"\\\\x0000\"", "\"\\\\x0100\""]),
      ("bytea base64", ["\"\"", "\"AA==\"", "\"AAE=\"", "\"AQA=\""]),
      ("bytea hex", ["\"\"", "\"00\"", "\"0000\"", "\"\\\\x0001\""]),
      (
        "date",
        ["\"2000-01-01\"", "\"2000-01-02\"", "\"infinity\"", "\"-infinity\"", "\"2000-02-01\"", "\"1999-12-31\""]
      ),
      ("time", ["\"00:00\"", "\"24:00:00\"", "\"00:00:00.000001\"", "\"00:01\"", "\"00:00:01\""]),
      ("timestamptz", ["\"2000-01-01T00:00Z\"", "\"2000-01-01T00:00+01\"", "\"2000-01-01T00:00-01\"", "\"infinity\""]),
      (
        "interval",
        ["\"P1M\"", "\"P30D\"", "\"PT720H\"", "\"P-1M\"", "\"PT-0.5S\"", "\"PT0.5S\"", "\"PT1M\"", "\"PT0S\""]
      ),
      (
        "inet",
        ["\"1.2.3.4\"", "\"1.2.3.4/24\"", "\"1.2.3.0/24\"", "\"::1.2.3.4\"", "\"::102:304/24\"", "\"::\"", "\"::1\""]
      ),
      ("json", ["1", "1.0", "\"1\"", "{\"a\":1}", "{\"a\": 1}"]),
      ("int4[]", ["null", "[]", "[null]", "[0]", "[1,2]", "[2,1]", "[12]", "[1,2,null]"]),
      (
        "text[]",
        ["[]", "[\"\"]", "[null]", "[\"NULL\"]", "[\"a\",\"b\"]", "[\"a,b\"]", "[\"ab\",\"\"]", "[\"\",\"ab\"]"]
      ),
    ])
  func scalars(_ type: String, _ values: [String]) throws {
    let column = try ColumnLayout(type)
    #expect(Set(values.map { expected($0, column) }).count == values.count)
    let texts = values.map {
      ExpectedDigest(layout: TableLayout([column])).columns(SourceRow([$0]))[0].text
    }
    #expect(Set(texts).count == values.count, "reports tell them apart too: \(texts)")
  }

  @Test("when a value moves to another column")
  func columns() throws {
    let layout = TableLayout([try ColumnLayout("text"), try ColumnLayout("text"), try ColumnLayout("text")])
    let digest = ExpectedDigest(layout: layout)
    let rows: [[String?]] = [
      ["\"a\"", nil, nil], [nil, "\"a\"", nil], [nil, nil, "\"a\""], ["\"a\"", "\"b\"", nil], ["\"b\"", "\"a\"", nil],
      ["\"ab\"", nil, nil], ["\"a\"", "\"\"", nil], ["\"a\"", "\"\"", "\"\""], [nil, nil, nil],
      ["\"a\"", "\"aaaaaaaaaaaaaaaaaaaaa\"", nil], ["\"aaaaaaaaaaaaaaaaaaaaa\"", "\"a\"", nil],
    ]
    #expect(Set(rows.map { digest.digest(SourceRow($0)) }).count == rows.count)
  }

  @Test("when only a table's array has bounds of its own or more dimensions")
  func irregularArrays() throws {
    let column = try ColumnLayout("int4[]")
    let digests = try ["{1,2}", "{{1,2}}", "{{1},{2}}", "[0:1]={1,2}", "{}", "{NULL}"].map { try actual($0, column) }
    #expect(Set(digests).count == 6)
    #expect(expected("[1,2]", column) == digests[0])
  }

  @Test("a value that nobody can read never equals one from the other side")
  func unreadable() throws {
    for type in ["int4", "date", "uuid", "inet", "interval", "jsonb", "bool", "float8", "timestamptz", "bytea", "time"]
    {
      let column = try ColumnLayout(type)
      #expect(try expected("\"?!\"", column) != actual("?!", column), "\(type)")
    }
  }
}
