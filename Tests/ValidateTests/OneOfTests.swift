import PipelineSpec
import Records
import Testing

@testable import Validate

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
        .oneOf([#""draft""#, #""é""#, #""a\"b""#]), .text,
        [.text("draft"), .text("Draft"), .text("é"), .null, .text(""), .text("a\"b")]) == [0, 2, 3, 5])
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
