import PipelineSpec
import Records
import Scalars
import Testing

@testable import Validate

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

  /// Such a rule must not say that it does not match.
  @Test("refuses a value that is too long to be held against it")
  func long() throws {
    let pattern = Rule.Condition.pattern(#"(?s).*|\p{L}{100}"#)
    var rows = batch([[.text(String(repeating: "a", count: 1 << 20))], [.text("a")]])
    let validator = try Validator(rules: [rule(pattern, "c")], layout: layout(("c", .text)), spillFolder: "/tmp")
    try validator.validate(&rows)
    #expect(rows.records.map(\.ordinal) == [1])
    #expect(rows.rejections.map(\.reason) == ["c is too long to be held against the pattern"])
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
      "0001-01-01", "9999-12-31", "2024-01-01T00:00Z", "2024-01-01T00:00:00+05:30:15", "infinity", "-infinity",
    ]
    let bad = [
      "2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "24-01-01", "2024-1-1",
      "2024-01-01T00:00:00",
      "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00.Z", "2024-01-01Z", "", "0000-01-01",
      "2024-01-01T00:00:00+23:00",
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
      ("2000-03-01T00:00:00.0000019-01:30", 60 * day + 5_400_000_002), ("0001-01-01", -730_119 * day),
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
      refusal(.date, .int4), refusal(.notEmpty, .text, at: "d"), refusal(.notEmpty, .text, at: "c/a"),
      refusal(.range(min: "1", max: nil), .int4, isArray: true), refusal(.notEmpty, .int4, at: "c/*/x", isArray: true),
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
        rules: [rule(.unique, "c/a/*", "c/b")], layout: layout(("c", .json)), spillFolder: "/tmp")
    }
  }
}
