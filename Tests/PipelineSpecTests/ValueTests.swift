import PipelineSpec
import Records
import Testing

@Suite struct `A value` {
  @Test(
    "of a default stays exactly what was written",
    arguments: [
      ("0", "0"), ("-0.10", "-0.10"), ("1e400", "1e400"),
      ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
      ("true", "true"), ("false", "false"), ("null", "null"),
      ("'0'", "\"0\""), ("\"true\"", "\"true\""), ("''", "\"\""), ("draft", "\"draft\""),
      ("no", "\"no\""), ("On", "\"On\""), ("0777", "\"0777\""), ("0x1F", "\"0x1F\""), ("1_000", "\"1_000\""),
      ("+1", "\"+1\""), (".5", "\".5\""), ("1.", "\"1.\""), ("1e", "\"1e\""), ("'-'", "\"-\""), ("~", "\"~\""),
      ("Null", "\"Null\""), ("2026-01-01", "\"2026-01-01\""), ("1:30", "\"1:30\""), ("NaN", "\"NaN\""),
      ("[]", "[]"), ("{}", "{}"), ("[1, a, '2', null]", "[1,\"a\",\"2\",null]"),
      ("{ a: [1.50], 'b\"': { c: no } }", "{\"a\":[1.50],\"b\\\"\":{\"c\":\"no\"}}"),
      ("\"\\\"\\\\\\n\\0\"", "\"\\\"\\\\\\u000a\\u0000\""), ("'é\u{1F600}'", "\"é\u{1F600}\""),
    ])
  func `default`(_ written: String, _ json: String) throws {
    let column = "{ column: a, type: jsonb, at: /a, default: \(written) }"
    #expect(try parse(pipeline(column: column)).datasets[0].columns[2].default == .json(json))
  }

  @Test func `of text is never taken for something else`() throws {
    for word in ["no", "on", "null", "~", "0777", "1e3", "true", "2026-01-01"] {
      #expect(try parse(pipeline(into: "{ table: \(word) }")).datasets[0].destination.table == word)
    }
  }

  @Test func `of a pointer may hold what is no comment`() throws {
    for (written, keys) in [
      ("/a#b", ["a#b"]), ("'/a #b'", ["a #b"]), ("\"/a\" # the key\n", ["a"]), ("/é#b ", ["é#b"]), ("/a/", ["a", ""]),
      ("/-1", ["-1"]), ("/a*", ["a*"]),
    ] {
      let column = "{ column: a, type: text, at: \(written) }"
      let source = try parse(pipeline(column: column)).datasets[0].columns[2].source
      #expect(source == .pointer(JSONPointer(tokens: keys)), "\(written)")
    }
    #expect(try parse(pipeline(column: "{ column: a, type: int8, at: $ordinal # from 0\n }")).datasets.count == 1)
  }

  @Test func `of a table's name may have SQL's quotes`() throws {
    for (written, name) in [("'\"a.b\"'", "a.b"), ("'\"t\"'", "t"), ("'\"a\"\"b\"'", "a\"b"), ("T", "T")] {
      #expect(try parse(pipeline(into: "{ table: \(written) }")).datasets[0].destination.table == name)
    }
  }

  @Test func `of a rule keeps its digits`() throws {
    let rule = "{ rule: range, of: n, min: -0.10000000000000000000000001, max: '1e400' }"
    #expect(
      try parse(pipeline(rule: rule)).datasets[0].checks.rules[0].condition
        == .range(min: "-0.10000000000000000000000001", max: "1e400"))
  }

  @Test(
    "of `type` names a type",
    arguments: ScalarType.allCases.flatMap { [($0.rawValue, .scalar($0)), ("\($0.rawValue)[]", .array($0))] } + [
      ("integer", ColumnType.scalar(.int4)), ("BIGINT", .scalar(.int8)), ("smallint[]", .array(.int2)),
      ("boolean", .scalar(.bool)), ("real", .scalar(.float4)), ("double precision", .scalar(.float8)),
      ("decimal", .scalar(.numeric)), ("varchar", .scalar(.text)), ("character varying", .scalar(.text)),
      ("timestamp with time zone", .scalar(.timestamptz)), ("timestamp without time zone", .scalar(.timestamp)),
      ("mood", .named("mood")), ("state", .named("state")), ("order_status", .named("order_status")),
      ("order_status[]", .named("order_status[]")), ("Role", .named("Role")),
      ("\"string\"", .named("string")), ("\"text\"", .named("text")), ("\"text\"[]", .named("text[]")),
    ])
  func type(_ written: String, _ type: ColumnType) throws {
    let column = "{ column: a, type: '\(written)', at: /a }"
    #expect(try parse(pipeline(column: column)).datasets[0].columns[2].type == type)
  }

  @Test(
    "of `type` that could mean several types is refused",
    arguments: [
      "int", "string", "number", "float", "double", "datetime", "object", "int16", "txt", "jsno", "text[][]",
      "numeric(10,2)", "\"\"", "[]", "timetz", "integre",
    ])
  func refusedType(_ written: String) {
    let found = problems(pipeline(column: "{ column: a, type: '\(written)', at: /a }"))
    #expect(found.count == 1)
    #expect(found.allSatisfy { $0.hasPrefix("5:25: `type` ") })
  }

  @Test(
    "of `zone` is seconds east of UTC",
    arguments: [("UTC", 0), ("+00:00", 0), ("+02:00", 7200), ("-05:30", -19800), ("'+15:59'", 57540)])
  func zone(_ written: String, _ seconds: Int) throws {
    let column = "{ column: a, type: 'timestamptz[]', at: /a, zone: \(written) }"
    #expect(try parse(pipeline(column: column)).datasets[0].columns[2].zone == seconds)
  }
}
