import PipelineSpec
import Records
import Testing

@testable import Validate

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

  @Test("takes a bound for what the column's type is, in the column's zone")
  func bounds() throws {
    var table = layout(("c", .timestamptz))
    table.columns[0].zone = 7200
    let rules = try RuleSet([rule(.range(min: "2000-01-01", max: "2000-01-01T02:00:00Z"), "c")], layout: table)
    var rows = batch([-7_200_000_001, -7_200_000_000, 7_200_000_000, 7_200_000_001].map { [.micros($0)] })
    try Validator(rules, spillFolder: "/nowhere").validate(&rows)
    #expect(rows.records.map(\.ordinal) == [1, 2])
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
