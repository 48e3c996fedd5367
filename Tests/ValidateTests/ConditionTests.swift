import PipelineSpec
import Records
import Testing

@testable import Validate

/// Which of the fields, each alone in a row of a column `c`, hold the condition.
private func holding(
  _ condition: Rule.Condition, _ scalar: ScalarType, _ fields: [Field], at path: String = "c", isArray: Bool = false
) throws -> [Int] {
  let table = layout(("c", scalar), arrays: isArray ? ["c"] : [])
  let validator = try Validator(rules: [rule(condition, path)], filters: [], layout: table, spillFolder: "/tmp")
  let rows = batch(fields.map { [$0] })
  try validator.validate(rows)
  #expect(rows.read == rows.rows.count + rows.rejections.count + rows.filtered)
  return rows.rows.map { Int($0.ordinal) }
}

private func refusal(_ condition: Rule.Condition, _ scalar: ScalarType, at path: String = "c", isArray: Bool = false)
  -> ValidateError?
{
  do {
    _ = try holding(condition, scalar, [], at: path, isArray: isArray)
    return nil
  } catch {
    return error as? ValidateError
  }
}

@Suite("required")
struct RequiredTests {
  @Test("refuses null and the empty string, and nothing else")
  func fields() throws {
    #expect(try holding(.required, .text, [.null, .text(""), .text(" "), .text("a")]) == [2, 3])
    #expect(try holding(.required, .int4, [.null, .int4(0)]) == [1])
    #expect(try holding(.required, .bool, [.bool(false), .null]) == [0])
    #expect(try holding(.required, .text, [.null, .array([]), .array([.null])], isArray: true) == [1, 2])
  }

  @Test("looks at every element of an array column")
  func elements() throws {
    let arrays: [Field] = [
      .null, .array([]), .array([.text("a"), .null]), .array([.text("a"), .text("b")]), .array([.text("")]),
    ]
    #expect(try holding(.required, .text, arrays, at: "c/*", isArray: true) == [1, 3])
  }

  @Test("refuses a path that leads nowhere, and a null there")
  func paths() throws {
    let records: [Field] = [
      .jsonb(#"{"a":{"b":1}}"#), .jsonb(#"{"a":{}}"#), .jsonb(#"{"a":{"b":null}}"#), .jsonb(#"{"a":{"b":""}}"#),
      .jsonb(#"{"a":[{"b":1}]}"#), .jsonb(#"{"a":5}"#), .jsonb("7"), .null,
      .jsonb(#"{ "a" : { "x":[{"b":2}] , "b" : {} } }"#),
      .jsonb(#"{"b":1}"#), .jsonb(#"{"a":{"b":"\n"}}"#),
    ]
    #expect(try holding(.required, .jsonb, records, at: "c/a/b") == [0, 8, 10])
  }

  @Test("looks at each element that a star leads to, none in an empty array")
  func stars() throws {
    let records: [Field] = [
      .json(#"{"e":[{"s":1},{"s":2}]}"#), .json(#"{"e":[]}"#), .json(#"{"e":[{"s":1},{}]}"#), .json("{}"),
      .json(#"{"e":{"s":1}}"#), .json(#"{"e":[{"s":1},3]}"#), .json(#"{"e":[[],{"s":1}]}"#), .json(#"{"e":null}"#),
    ]
    #expect(try holding(.required, .json, records, at: "c/e/*/s") == [0, 1])
    let nested: [Field] = [
      .json(#"[[{"k":1}],[],[{"k":2},{"k":3}]]"#), .json(#"[[{"k":1}],[{"l":1}]]"#), .json("[]"), .json("[1]"),
    ]
    #expect(try holding(.required, .json, nested, at: "c/*/*/k") == [0, 2])
  }

  @Test("takes a number in a path for the place of an element, or for a key")
  func indices() throws {
    let records: [Field] = [
      .json(#"{"e":[{},{"s":1}]}"#), .json(#"{"e":[{"s":1}]}"#), .json(#"{"e":{"1":{"s":1}}}"#),
      .json(#"{"e":[[],3]}"#),
    ]
    #expect(try holding(.required, .json, records, at: "c/e/1/s") == [0, 2])
  }

  @Test("takes the last of repeated keys, as jsonb does")
  func repeated() throws {
    let records: [Field] = [
      .jsonb(#"{"a":{"b":1},"a":{}}"#), .jsonb(#"{"a":{},"a":{"b":1}}"#), .jsonb(#"{"a":{"b":1},"a":3}"#),
      .jsonb(#"{"a":{"b":1,"b":null}}"#), .jsonb(#"{"a":{"b":null,"b":[]},"c":{"b":null}}"#),
    ]
    #expect(try holding(.required, .jsonb, records, at: "c/a/b") == [1, 4])
    let starred: [Field] = [
      .jsonb(#"{"a":[{"b":null},{}],"a":[{"b":1}]}"#), .jsonb(#"{"a":[{"b":1}],"a":[{"b":1},{"b":2,"b":null}]}"#),
      .jsonb(#"{"a":[{"b":null}],"a":[]}"#),
    ]
    #expect(try holding(.required, .jsonb, starred, at: "c/a/*/b") == [0, 2])
  }

  @Test("compares keys by their characters, escaped or not")
  func escapedKeys() throws {
    let records: [Field] = [
      .json(#"{"\u0061/\"":1}"#), .json(#"{"a/\"":1}"#), .json(#"{"a\/\u0022":1}"#), .json(#"{"a/":1}"#),
    ]
    let table = layout(("c", .json))
    let path = Operand(column: "c", path: [.key("a/\"")])
    let validator = try Validator(
      rules: [Rule(condition: .required, operands: [path])], filters: [], layout: table, spillFolder: "/tmp")
    let rows = batch(records.map { [$0] })
    try validator.validate(rows)
    #expect(rows.rows.map(\.ordinal) == [0, 1, 2])
    #expect(rows.rejections.first?.pointer == "c/a~1\"")
  }
}

@Suite("oneOf")
struct OneOfTests {
  @Test("finds each of many numbers, and nothing between them")
  func numbers() throws {
    let texts = [
      "-1e40", "-1e39", "-2.5", "-2.25", "-0.001", "0", "1e-30", "0.1", "0.11", "2.5", "25", "1e39", "1.5e39",
    ]
    let between = ["-1.1e40", "-2e39", "-2.4", "-0.002", "1e-31", "0.101", "0.111", "2.51", "24.9", "1.4e39", "1e41"]
    let found = try holding(.oneOf(texts.reversed()), .json, (texts + between).map { .json($0) })
    #expect(found == Array(texts.indices))
  }

  @Test("compares scalars of every type it can name")
  func scalars() throws {
    #expect(
      try holding(
        .oneOf([#""draft""#, #""\u00e9""#]), .text, [.text("draft"), .text("Draft"), .text("é"), .null, .text("")]) == [
          0, 2, 3,
        ])
    #expect(
      try holding(.oneOf(["1", "2.0", "1e2"]), .int4, [.int4(1), .int4(2), .int4(100), .int4(3), .null]) == [
        0, 1, 2, 4,
      ])
    #expect(
      try holding(.oneOf(["9223372036854775807"]), .int8, [.int8(.max), .int8(.max - 1), .int8(.min)]) == [0])
    #expect(
      try holding(
        .oneOf(["-1.50", "0"]), .numeric, [.numeric("-1.5"), .numeric("1.5"), .numeric("0.000"), .numeric("NaN")]) == [
          0, 2,
        ])
    #expect(try holding(.oneOf(["0.1"]), .float4, [.float4(0.1), .float4(0.2)]) == [0])
    #expect(try holding(.oneOf(["0.1"]), .float8, [.float8(0.1), .float8(.nan)]) == [0])
    #expect(try holding(.oneOf(["true"]), .bool, [.bool(true), .bool(false), .null]) == [0, 2])
    #expect(
      try holding(
        .oneOf([#""00010203-0405-0607-0809-0a0B0c0d0e0f""#]), .uuid, [.uuid(Array(0..<16)), .uuid(Array(1..<17))]) == [
          0
        ])
    #expect(try holding(.oneOf([#""2000-01-02""#]), .date, [.date(1), .date(2)]) == [0])
    #expect(try holding(.oneOf([#""2000-01-01T01:00:00+01:00""#]), .timestamptz, [.micros(0), .micros(1)]) == [0])
    #expect(try holding(.oneOf([#""00:00:01""#]), .time, [.micros(1_000_000), .micros(0)]) == [0])
    #expect(
      try holding(
        .oneOf([#""a""#]), .text, [.array([.text("a"), .null]), .array([.text("a"), .text("b")])], at: "c/*",
        isArray: true) == [0])
  }

  @Test("tells JSON numbers from strings and compares them by value")
  func json() throws {
    let records: [Field] = ["1", "1.0", "10e-1", #""1""#, #""dr\u0061ft""#, "true", "false", "null", "[1]", "{}"].map {
      .json($0)
    }
    #expect(try holding(.oneOf(["1", #""draft""#, "false"]), .json, records) == [0, 1, 2, 4, 6, 7])
    let long: [Field] = [
      "12345678901234567890123456789.5", "12345678901234567890123456789.50", "12345678901234567890123456789.4",
    ].map { .json($0) }
    #expect(try holding(.oneOf(["12345678901234567890123456789.5"]), .json, long) == [0, 1])
  }

  @Test("finds each of many strings")
  func many() throws {
    let words = (0..<300).map { "w\($0 * 7919 % 1000)" }
    let fields = words.map { Field.text($0) } + [.text("w"), .text("w1000"), .text("")]
    #expect(try holding(.oneOf(words.map { "\"\($0)\"" }), .text, fields) == Array(0..<300))
  }
}

@Suite("range")
struct RangeTests {
  @Test("is exact for integers at the ends of int8, and for bounds beyond them")
  func integers() throws {
    let fields: [Field] = [.int8(.min), .int8(-1), .int8(0), .int8(1), .int8(.max), .null]
    #expect(try holding(.range(min: "0", max: nil), .int8, fields) == [2, 3, 4, 5])
    #expect(try holding(.range(min: "-0.5", max: "0.5"), .int8, fields) == [2, 5])
    #expect(try holding(.range(min: "-1.5", max: "1"), .int8, fields) == [1, 2, 3, 5])
    #expect(try holding(.range(min: "9223372036854775807", max: nil), .int8, fields) == [4, 5])
    #expect(try holding(.range(min: "9223372036854775807.1", max: nil), .int8, fields) == [5])
    #expect(try holding(.range(min: "9223372036854775808", max: nil), .int8, fields) == [5])
    #expect(try holding(.range(min: nil, max: "-9223372036854775808"), .int8, fields) == [0, 5])
    #expect(try holding(.range(min: nil, max: "-9223372036854775808.5"), .int8, fields) == [5])
    #expect(try holding(.range(min: "-1e30", max: "1e30"), .int8, fields) == [0, 1, 2, 3, 4, 5])
    #expect(try holding(.range(min: "0.1", max: "0.9"), .int2, [.int2(0), .int2(1)]) == [])
  }

  @Test("is exact for numerics at thirty digits")
  func numerics() throws {
    let bound = "123456789012345.678901234567891"
    let fields: [Field] = [
      .numeric("123456789012345.678901234567891"), .numeric("123456789012345.678901234567892"),
      .numeric("123456789012345.678901234567890"), .numeric("-999999999999999999999999999999"), .numeric("NaN"),
      .numeric("Infinity"), .numeric("-Infinity"), .numeric("0"), .numeric("123456789012345.6789012345678910000"),
    ]
    #expect(try holding(.range(min: nil, max: bound), .numeric, fields) == [0, 2, 3, 6, 7, 8])
    #expect(try holding(.range(min: bound, max: nil), .numeric, fields) == [0, 1, 5, 8])
    #expect(
      try holding(
        .range(min: "0.0001", max: "0.00010001"), .numeric,
        [.numeric("0.0001"), .numeric("0.00009999"), .numeric("0.00010001"), .numeric("0.000100011")]) == [0, 2])
    #expect(
      try holding(
        .range(min: "-10000", max: "-0.5"), .numeric,
        [.numeric("-10000"), .numeric("-10000.1"), .numeric("-0.5"), .numeric("-0.49"), .numeric("10000")]) == [0, 2])
  }

  @Test("rounds a bound to the column's type for floats, and refuses NaN")
  func floats() throws {
    #expect(
      try holding(
        .range(min: nil, max: "0.1"), .float4, [.float4(0.1), .float4(0.100001), .float4(.nan), .float4(-.infinity)])
        == [0, 3])
    #expect(
      try holding(.range(min: "0.1", max: nil), .float8, [.float8(0.1), .float8(0.09999999), .float8(.infinity)]) == [
        0, 2,
      ])
  }

  @Test("compares dates and instants as instants")
  func moments() throws {
    #expect(
      try holding(
        .range(min: "1999-12-31", max: "2000-01-02"), .date,
        [.date(-1), .date(1), .date(2), .date(.max), .date(.min), .date(-2)]) == [0, 1])
    #expect(
      try holding(
        .range(min: "2000-01-01", max: "2000-01-01T02:00:00+02:00"), .timestamptz,
        [.micros(0), .micros(1), .micros(-1)]) == [0])
    #expect(
      try holding(
        .range(min: nil, max: "1999-12-31 23:59:59.999999"), .timestamp, [.micros(0), .micros(-1), .micros(.min)]) == [
          1, 2,
        ])
    #expect(
      try holding(
        .range(min: "00:30", max: "24:00:00"), .time, [.micros(0), .micros(1_800_000_000), .micros(86_400_000_000)])
        == [1, 2])
    #expect(
      try holding(
        .range(min: "2020-01-01", max: nil), .text,
        [.text("2020-01-01"), .text("2019-12-31T23:59:59Z"), .text("2020-01-01T00:30:00+01:00"), .text("soon")]) == [0])
  }

  @Test("measures JSON numbers exactly, and other JSON values not at all")
  func json() throws {
    let records: [Field] = [
      "0", "-0", "0.0", "1e-400", "-1e-400", "100", "1e2", "100.000000000000000000000000000001", "0.1e3", #""50""#,
      "true", "null",
      "[50]", "99999999999999999999", "1E+2", "0.00000000000000000001e22", "1e99999999999999999999",
    ].map { .json($0) }
    #expect(try holding(.range(min: "0", max: "100"), .json, records) == [0, 1, 2, 3, 5, 6, 8, 11, 14, 15])
    let dates: [Field] = [#""2020-06-01""#, #""2020\u002d06-02""#, "20200601", #""2019-06-01""#].map { .json($0) }
    #expect(try holding(.range(min: "2020-01-01", max: nil), .json, dates) == [0, 1])
  }
}

@Suite("length")
struct LengthTests {
  @Test("counts Unicode scalar values of strings")
  func strings() throws {
    #expect(
      try holding(.length(min: 2, max: 3), .text, [.text("a"), .text("éé"), .text("👩‍👧"), .text("abcd"), .null]) == [
        1, 2, 4,
      ])
    let records: [Field] = [#""\u00e9\n""#, #""\ud83d\ude00""#, #""\\\"""#, #""\ud83d""#, #""a""#, "12", "{}"].map {
      .json($0)
    }
    #expect(try holding(.length(min: 2, max: 2), .json, records) == [0, 2])
  }

  @Test("counts elements of arrays, and bytes")
  func arrays() throws {
    #expect(
      try holding(
        .length(min: 1, max: 2), .int4, [.array([]), .array([.int4(1)]), .array([.null, .null, .null])], isArray: true)
        == [1])
    let records: [Field] = ["[]", "[ ]", "[[1,2,3]]", #"[{"a":"]"},"x,y"]"#, "[1,2,3]"].map { .json($0) }
    #expect(try holding(.length(min: 1, max: 2), .json, records) == [2, 3])
    #expect(try holding(.length(min: nil, max: 1), .bytea, [.bytea([0x80]), .bytea([1, 2])]) == [0])
  }
}

@Suite("pattern")
struct PatternTests {
  @Test("matches the whole string")
  func whole() throws {
    #expect(
      try holding(.pattern("[a-z]+"), .text, [.text("abc"), .text("abc1"), .text("1abc"), .text(""), .null]) == [0, 4])
    #expect(try holding(.pattern("a|ab"), .text, [.text("ab"), .text("a"), .text("b")]) == [0, 1])
    #expect(try holding(.pattern("^x$"), .text, [.text("x"), .text("x\n")]) == [0])
  }

  @Test("sees Unicode scalar values and decoded escapes")
  func scalars() throws {
    #expect(try holding(.pattern("."), .text, [.text("é"), .text("e\u{301}"), .text("😀")]) == [0, 2])
    let records: [Field] = [#""a\tb""#, #""\u0061\u0009b""#, "12", #""ab""#].map { .json($0) }
    #expect(try holding(.pattern(#"a\tb"#), .json, records) == [0, 1])
  }

  /// Such a filter must not lose the record, nor such a rule say that it does not match.
  @Test("refuses a value that is too long to be held against it, in a filter as well")
  func long() throws {
    let pattern = Rule.Condition.pattern(#"(?s).*|\p{L}{100}"#)
    let table = layout(("c", .text))
    for (rules, filters) in [([rule(pattern, "c")], []), ([], [rule(pattern, "c")])] {
      let rows = batch([[.text(String(repeating: "a", count: 1 << 20))], [.text("a")]])
      let validator = try Validator(rules: rules, filters: filters, layout: table, spillFolder: "/tmp")
      try validator.validate(rows)
      #expect(rows.rows.map(\.ordinal) == [1])
      #expect(rows.filtered == 0)
      #expect(rows.rejections.map(\.reason) == ["c is too long to be held against the pattern"])
    }
  }
}

@Suite("type")
struct TypeTests {
  @Test("tells JSON types, and an integer by its value")
  func json() throws {
    let records: [Field] = [
      #""a""#, "1", "1.0", "1.5", "true", "{}", "[]", "null", "1e2", "100e-2", "1e-1", "12345678901234567890",
    ].map { .json($0) }
    #expect(try holding(.type(.string), .json, records) == [0, 7])
    #expect(try holding(.type(.number), .json, records) == [1, 2, 3, 7, 8, 9, 10, 11])
    #expect(try holding(.type(.integer), .json, records) == [1, 2, 7, 8, 9, 11])
    #expect(try holding(.type(.boolean), .json, records) == [4, 7])
    #expect(try holding(.type(.object), .json, records) == [5, 7])
    #expect(try holding(.type(.array), .json, records) == [6, 7])
    #expect(try holding(.type(.null), .json, records) == [7])
  }

  @Test("takes typed columns for what they hold")
  func typed() throws {
    #expect(
      try holding(.type(.integer), .numeric, [.numeric("1.00"), .numeric("1.5"), .numeric("10000"), .numeric("0")]) == [
        0, 2, 3,
      ])
    #expect(try holding(.type(.integer), .float8, [.float8(2), .float8(2.5), .float8(.infinity)]) == [0])
    #expect(try holding(.type(.string), .date, [.date(0)]) == [0])
    #expect(try holding(.type(.string), .int4, [.int4(0), .null]) == [1])
    #expect(try holding(.type(.array), .int4, [.array([])], isArray: true) == [0])
  }
}

@Suite("date")
struct DateTests {
  @Test("accepts dates and instants, nothing looser")
  func strings() throws {
    let good = [
      "2024-02-29", "2023-02-28", "2024-01-01T00:00:00Z", "2024-01-01t23:59:59.123456789z", "2024-01-01 00:00:00+05:30",
      "0001-01-01", "9999-12-31",
    ]
    let bad = [
      "2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "24-01-01", "2024-1-1", "2024-01-01T00:00Z",
      "2024-01-01T00:00:00",
      "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00.Z", "2024-01-01Z", "", "0000-01-01",
      "2024-01-01T00:00:00+24:00",
      "1900-02-29",
    ]
    #expect(try holding(.date, .text, (good + bad).map { .text($0) }) == Array(good.indices))
    #expect(try holding(.date, .json, [.json("20240101"), .json(#""2024\u002d01-01""#), .json("null")]) == [1, 2])
    #expect(try holding(.date, .timestamptz, [.micros(5), .null]) == [0, 1])
  }

  @Test("counts microseconds since 2000")
  func microseconds() {
    let day: Int64 = 86_400_000_000
    let vectors: [(String, Int64)] = [
      ("2000-01-01", 0), ("1970-01-01T00:00:00Z", -946_684_800_000_000),
      ("2000-03-01T00:00:00.0000019-01:30", 60 * day + 5_400_000_001), ("0001-01-01", -730_119 * day),
      ("9999-12-31", 2_921_939 * day),
    ]
    for (text, microseconds) in vectors { #expect(Moment(text)?.microseconds == microseconds, "\(text)") }
  }
}

@Suite("Rules that cannot be")
struct RefusedRuleTests {
  @Test("are refused before any row, with the exit status of a wrong pipeline file")
  func refused() throws {
    let errors = [
      refusal(.pattern("("), .text), refusal(.oneOf(["1"]), .text), refusal(.oneOf([#""1""#]), .int4),
      refusal(.oneOf(["[]"]), .json),
      refusal(.range(min: "1", max: nil), .text), refusal(.range(min: "soon", max: nil), .json),
      refusal(.range(min: "1", max: "2020-01-01"), .json), refusal(.range(min: "2020-01-01", max: nil), .int8),
      refusal(.range(min: "1", max: nil), .bool), refusal(.length(min: 1, max: nil), .int4),
      refusal(.pattern("a"), .uuid),
      refusal(.date, .int4), refusal(.required, .text, at: "d"), refusal(.required, .text, at: "c/a"),
      refusal(.range(min: "1", max: nil), .int4, isArray: true), refusal(.required, .int4, at: "c/*/x", isArray: true),
    ]
    for (number, error) in errors.enumerated() {
      let error = try #require(error, "case \(number)")
      #expect(error.exitStatus == .pipeline)
      #expect(error.place?.hasSuffix("line 7") == true)
    }
    #expect(errors.allSatisfy { $0?.code == "validate.rule" })
    #expect(errors[12]?.message.contains("no column d") == true)
  }

  @Test("are refused when a key of several parts has a star")
  func starredKey() throws {
    #expect(throws: ValidateError.self) {
      _ = try Validator(
        rules: [rule(.unique, "c/a/*", "c/b")], filters: [], layout: layout(("c", .json)), spillFolder: "/tmp")
    }
  }
}
