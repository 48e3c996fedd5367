import Records
import Testing
import Verify

@Suite("What TYPES.md lets a column take")
struct CoercionTests {
  @Test(
    "leniently, comes to what it is converted to",
    arguments: [
      ("bool", "\"Yes\"", "true"), ("bool", "\"off\"", "false"), ("bool", "1", "true"), ("bool", "0.0", "false"),
      ("int4", "\" +007 \"", "7"), ("int4", "1.5", "2"), ("int4", "-1.5", "-2"), ("int4", "0.49", "0"),
      ("int4", "99.5", "100"), ("int4", "true", "1"), ("int4", "false", "0"), ("int8", "0.5e0", "1"),
      ("int8", "9999999999999999.99999999", "10000000000000000"), ("float8", "\" +01.50\"", "1.5"),
      ("float8", "\"-INFINITY\"", "\"-Infinity\""), ("float4", "\"nan\"", "\"NaN\""), ("text", "1.50", "\"1.50\""),
      ("text", "true", "\"true\""), ("text", "[1, 2]", "\"[1, 2]\""),
      ("uuid", "\"{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}\"", "\"a0eebc999c0b4ef8bb6d6bb9bd380a11\""),
      ("uuid", "\"urn:uuid:A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\"", "\"a0eebc999c0b4ef8bb6d6bb9bd380a11\""),
      ("bytea base64", "\"_-8\"", "\"/+8=\""), ("date", "\"2020-02-29T23:00:00-05\"", "\"2020-02-29\""),
      ("time", "\"23:59:59.9999995\"", "\"24:00:00\""), ("time", "\"01:02:03.1234564\"", "\"01:02:03.123456\""),
      ("timestamp", "\"2020-01-01T00:00:00+05\"", "\"2020-01-01\""),
      ("timestamptz", "\"2020-12-31T23:59:59.9999999Z\"", "\"2021-01-01T00:00Z\""), ("inet", "\" ::1 \"", "\"::1\""),
      ("timestamptz", "\"2016-12-31T23:59:60Z\"", "\"2017-01-01T00:00Z\""),
      ("timestamp", "\"2016-12-31T23:59:60.5\"", "\"2017-01-01T00:00:00.5\""),
      ("time", "\"23:59:60\"", "\"24:00:00\""),
      ("int4[]", "7", "[7]"), ("text[]", "\"a\"", "[\"a\"]"),
    ])
  func lenient(_ type: String, _ given: String, _ meant: String) throws {
    let lenient = try ColumnLayout(type, isLenient: true)
    #expect(expected(given, lenient) == expected(meant, lenient))
    #expect(try expected(meant, lenient) == expected(meant, ColumnLayout(type)) || type.hasPrefix("float"))
  }

  @Test("rounds a lenient numeric half away from zero, however many digits it has")
  func rounding() throws {
    func column(_ scale: Int) throws -> ColumnLayout {
      try ColumnLayout("numeric", limit: .decimal(precision: 1_000, scale: scale), isLenient: true)
    }
    let exact = try ColumnLayout("numeric")
    for (scale, given, meant) in [
      (2, "1.005", "1.01"), (2, "-1.005", "-1.01"), (2, "1.0049999999999999999999", "1"), (2, "0.005", "0.01"),
      (2, "0.0049", "0"), (2, "9.999", "10"), (0, "99999999999999999999.5", "100000000000000000000"),
      (3, "12345678901234567890.12349", "12345678901234567890.123"), (-2, "149", "100"), (-2, "150", "200"),
      (-2, "49", "0"),
      (5, "1.5", "1.5"), (0, "0", "0"), (1, "0.04999999999999999999999", "0"), (0, "9.5e3", "9500"),
    ] {
      #expect(try expected(given, column(scale)) == expected(meant, exact), "\(given) to \(scale)")
    }
    #expect(try actual("1.005", column(2)) == expected("1.005", exact), "what the table holds is never rounded")
  }

  @Test("needs a zone where the value has none")
  func zones() throws {
    let utc = try ColumnLayout("timestamptz")
    let east = try ColumnLayout("timestamptz", zone: 19_800)
    let instant = expected("\"2024-01-01T00:00:00Z\"", utc)
    #expect(expected("\"2024-01-01T05:30\"", east) == instant)
    #expect(expected("\"2024-01-01T00:00:00Z\"", east) == instant)
    #expect(expected("\"2023-12-31\"", east) == expected("\"2023-12-30T18:30Z\"", utc))
    #expect(try actual("2024-01-01 00:00:00+00", east) == instant, "the zone is the source's, not the table's")
  }

  @Test("trims a string after its escapes are decoded")
  func trimming() throws {
    let trimmed = try ColumnLayout("text", isTrimmed: true)
    #expect(try expected("\" \\t\\u0020a b\\n\"", trimmed) == expected("\"a b\"", ColumnLayout("text")))
    #expect(try expected("\"a\u{A0}\"", trimmed) == expected("\"a\u{A0}\"", ColumnLayout("text")))
    #expect(try expected("\" 7 \"", ColumnLayout("int4", isTrimmed: true)) == expected("7", ColumnLayout("int4")))
    for type in ["json", "jsonb"] {
      #expect(try expected("\" a\"", ColumnLayout(type, isTrimmed: true)) == actual("\" a\"", ColumnLayout(type)))
    }
  }

  @Test("takes blanks at the end of a char(n) for padding, and no other blanks")
  func padding() throws {
    var column = try ColumnLayout("text")
    column.typeName = "character(5)"
    #expect(try expected("\"ab\"", column) == actual("ab   ", column))
    #expect(try expected("\" ab\"", column) != actual("ab   ", column))
    #expect(try expected("\"ab\"", ColumnLayout("text")) != actual("ab   ", ColumnLayout("text")))
  }

  @Test("takes the ordinal as a number or, in a text, as its digits; a missing value is NULL")
  func ordinals() throws {
    for (type, same) in [("int4", "12"), ("numeric", "12"), ("text", "\"12\""), ("jsonb", "12"), ("float8", "12")] {
      let layout = TableLayout([try ColumnLayout(type)])
      var row = SourceRow(["$"])
      row.ordinal = 12
      #expect(ExpectedDigest(layout: layout).digest(row) == ExpectedDigest(layout: layout).digest(SourceRow([same])))
    }
    #expect(try expected(nil, ColumnLayout("jsonb")) == actual("\\N", ColumnLayout("jsonb")))
  }
}
