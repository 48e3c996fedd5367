import PipelineSpec
import Records
import Testing

@testable import Transform

@Suite("Rows encoded without a table") struct TableFitTests {
  private static func layout(_ column: ColumnLayout) -> TableLayout {
    TableLayout(schema: "public", table: "t", columns: [ColumnLayout(name: "id", scalar: .int4), column])
  }

  private static let columns = [
    Column(name: "id", type: .scalar(.int4), source: .ordinal),
    Column(name: "v", type: .scalar(.text), source: .pointer(.root)),
  ]

  /// The batch of two columns that the encoder makes of JSON values without knowing the table.
  private func batch(_ column: ColumnLayout, _ values: [String]) throws -> RowBatch {
    var batch = RowBatch(slice: 0, closesSlice: true, source: nil, capacity: 0)
    for (i, value) in values.enumerated() {
      batch.own.bytes.append(bigEndian: Int16(2))
      batch.own.bytes.append(bigEndian: Int32(4))
      batch.own.bytes.append(bigEndian: Int32(i))
      try #require(encode(value, column).field).withUnsafeBytes { batch.own.bytes.append($0) }
      batch.own.rows.append(Row(end: batch.own.bytes.count))
      batch.endRecord(at: SourcePosition(ordinal: Int64(i), offset: Int64(10 * i), length: 9))
    }
    batch.read = values.count
    return batch
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var scalar: ScalarType
    var limit: ColumnLayout.Limit
    var values: [String]
    var testDescription: String { "\(scalar) \(limit)" }
  }

  static let cases = [
    Case(scalar: .text, limit: .characters(3), values: [#""abc""#, #""äöü""#, #""abcd""#, #""😀😀😀😀""#, #""""#, "null"]),
    Case(
      scalar: .numeric, limit: .decimal(precision: 5, scale: 2),
      values: [
        "999.99", "1000", "999.990", "-999.99", "0.001", "0", "0.00", "12.3", "1e2", "1e3", "1e-2", "1e-3", "99999",
        "0.1",
        "123.4500", "10000", "100",
      ]),
    Case(
      scalar: .numeric, limit: .decimal(precision: 3, scale: -2),
      values: ["100", "150", "99900", "100000", "12300", "0", "1"]),
    Case(
      scalar: .numeric, limit: .decimal(precision: 2, scale: 4), values: ["0.0099", "0.01", "0.00001", "0.0001", "1"]),
    Case(
      scalar: .numeric, limit: .decimal(precision: 1000, scale: 500),
      values: ["1e499", "1e500", "1e-500", "1e-501", "123456789012345678901234567890.5"]),
    Case(
      scalar: .timestamp, limit: .fraction(3),
      values: [
        #""2024-01-02T03:04:05.678""#, #""2024-01-02T03:04:05.6780""#, #""2024-01-02T03:04:05.6781""#,
        #""1900-01-02T03:04:05.001""#, #""1900-01-02T03:04:05.0001""#, #""infinity""#, #""-infinity""#,
      ]),
    Case(scalar: .time, limit: .fraction(0), values: [#""03:04:05""#, #""03:04:05.5""#, #""03:04:05.000""#]),
    Case(
      scalar: .timestamptz, limit: .fraction(6),
      values: [#""2024-01-02T03:04:05.678901Z""#, #""2024-01-02T03:04:05Z""#]),
  ]

  @Test("are held against the labels of an enum, of which nothing was known, also in arrays")
  func labels() throws {
    for isArray in [false, true] {
      let values = ["sad", "ok", "Sad", "", "sadder"].map { isArray ? "[null, \"\($0)\"]" : "\"\($0)\"" }
      let free = ColumnLayout(name: "v", scalar: .text, isArray: isArray, elementOID: isArray ? 25 : 0)
      var limited = free
      limited.labels = ["sad", "ok"]
      var batch = try batch(free, values)
      TableFit(file: Self.layout(free), table: Self.layout(limited), columns: Self.columns).fit(&batch)
      #expect(batch.records.map(\.ordinal) == [0, 1])
      #expect(batch.rejections.map(\.code) == ["type.enum", "type.enum", "type.enum"])
    }
  }

  @Test("are refused exactly where the encoder that knew the table would refuse them", arguments: cases)
  func limits(_ sample: Case) throws {
    let free = ColumnLayout(name: "v", scalar: sample.scalar)
    let limited = ColumnLayout(name: "v", scalar: sample.scalar, limit: sample.limit, typeName: "limited")
    var batch = try batch(free, sample.values)
    TableFit(file: Self.layout(free), table: Self.layout(limited), columns: Self.columns).fit(&batch)

    let problems = sample.values.map { encode($0, limited).problem }
    let refused = problems.indices.filter { problems[$0] != nil }
    #expect(batch.rejections.map { Int($0.position.ordinal) } == refused)
    #expect(batch.rejections.map(\.code) == problems.compactMap { $0?.code })
    #expect(batch.rejections.map(\.reason).first == problems.compactMap { $0?.reason(column: limited) }.first)
    #expect(batch.isBalanced)
    #expect(batch.records.map { Int($0.ordinal) } == problems.indices.filter { problems[$0] == nil })
    #expect(!refused.isEmpty || sample.scalar == .timestamptz)
  }

  @Test("have their arrays looked through and given the table's type of elements")
  func arrays() throws {
    let free = ColumnLayout(name: "v", scalar: .text, isArray: true, elementOID: 25)
    let limited = ColumnLayout(
      name: "v", scalar: .text, isArray: true, limit: .characters(2), typeName: "varchar(2)[]", elementOID: 1043)
    var batch = try batch(free, [#"["ab", null, ""]"#, "[]", #"["a", "abc"]"#, "null"])
    TableFit(file: Self.layout(free), table: Self.layout(limited), columns: Self.columns).fit(&batch)
    #expect(batch.rejections.map(\.position.ordinal) == [2])
    #expect(batch.rejections.first?.reason.hasPrefix("an element: ") == true)
    #expect(batch.rejections.first?.code == "length.text")

    for (row, value) in [(0, #"["ab", null, ""]"#), (1, "[]"), (2, "null")] {
      #expect(Array(batch.own.bytes.bytes[batch.own.range(ofRow: row)].dropFirst(10)) == encode(value, limited).field)
    }
  }

  @Test("are not for a table of other columns or types, nor for one that pads")
  func misfits() {
    func misfits(_ old: ColumnLayout, _ new: ColumnLayout) -> [String] {
      TableFit.misfits(file: Self.layout(old), table: Self.layout(new))
    }
    let text = ColumnLayout(name: "v", scalar: .text, typeName: "text")
    #expect(misfits(text, text).isEmpty)
    #expect(misfits(text, ColumnLayout(name: "v", scalar: .text, limit: .characters(3), typeName: "x")).isEmpty)
    let others = [
      ColumnLayout(name: "w", scalar: .text), ColumnLayout(name: "v", scalar: .int4),
      ColumnLayout(name: "v", scalar: .text, isArray: true), ColumnLayout(name: "v", scalar: .text, isLenient: true),
      ColumnLayout(name: "v", scalar: .text, isTrimmed: true), ColumnLayout(name: "v", scalar: .text, zone: 0),
      ColumnLayout(name: "v", scalar: .text, limit: .characters(3), typeName: "character(3)"),
    ]
    for other in others { #expect(misfits(text, other).count == 1, "\(other)") }
    // Made for a table with a limit, and the table has another one now.
    let ten = ColumnLayout(name: "v", scalar: .text, limit: .characters(10), typeName: "varchar(10)")
    #expect(misfits(ten, text).count == 1)
    #expect(misfits(ten, ten).isEmpty)
    var elsewhere = Self.layout(text)
    elsewhere.table = "u"
    #expect(TableFit.misfits(file: Self.layout(text), table: elsewhere).count == 1)
  }
}
