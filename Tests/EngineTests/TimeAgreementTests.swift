import PipelineSpec
import Records
import Testing
import Transform
import Validate

/// What is a date or an instant to a column is one to a rule, and the same one.
@Suite("Dates and instants of rules and columns") struct TimeAgreementTests {
  static let texts = [
    "2024-02-29", "2023-02-29", "0001-01-01", "0000-01-01", "9999-12-31", "10000-01-01", "2024-1-1", "24-01-01",
    "2024-01-01 BC", "2024-13-01", "2024-00-01", "2024-01-32", "", "now", "today", "infinity", "-infinity", "+infinity",
    "Infinity", "2024-01-01T10:00Z", "2024-01-01T10Z", "2024-01-01T10:00:00", "2024-01-01T10:00:00Z",
    "2024-01-01t10:00:00z", "2024-01-01 10:00:00 Z", "2024-01-01 10:00:00+02", "2024-01-01T10:00:00+0230",
    "2024-01-01T10:00:00+02:30", "2024-01-01T10:00:00+05:30:15", "2024-01-01T10:00:00+053015",
    "2024-01-01T10:00:00-15:59:59", "2024-01-01T10:00:00+16:00", "2024-01-01T10:00:00+23:00", "2024-01-01T10:00:00+2",
    "2024-01-01T10:00:00+02:60", "2024-01-01T10:00:00 UTC", "2024-01-01T24:00:00Z", "2024-01-01T25:00:00Z",
    "2024-01-01T23:60:00Z", "2024-01-01T23:59:60Z", "2024-01-01T23:59:61Z", "2024-01-01T10:00:00.Z",
    "2024-01-01T10:00:00,5Z", "2024-01-01T10:00:00.123456Z", "2024-01-01T10:00:00.1234567Z",
    "2024-01-01T23:59:59.9999999Z", "2024-01-01Z", "2024-01-01T", "2024-01-01T10:00:00Zx", "20240101T100000Z",
  ]

  /// A string as a record has it, for the length of a call.
  private func with<R>(_ text: String, _ body: (Token, FieldTexts) throws -> R) rethrows -> R {
    let json = Array("\"\(text)\"".utf8)
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    return try (json + Array(repeating: 0x20, count: 16)).withUnsafeBytes { bytes in
      try body(
        Token(kind: .string, start: 1, end: UInt32(json.count - 1)),
        FieldTexts(chunk: bytes, constants: nothing, rewritten: nothing))
    }
  }

  /// What a column makes of the text: its field, or the code of the refusal.
  private func encode(_ text: String, _ column: ColumnLayout) -> (microseconds: Int64?, code: String?) {
    var encoder = FieldEncoder(column: column)
    var sink = ByteSink()
    return with(text) { token, texts in
      if let problem = encoder.encode(token, ordinal: 0, texts: texts, into: &sink) { return (nil, problem.code) }
      guard sink.count == 12 else { return (nil, nil) }
      return (Int64(bigEndian: sink.bytes.loadUnaligned(fromByteOffset: 4, as: Int64.self)), nil)
    }
  }

  private func holds(_ condition: Rule.Condition, _ text: String) throws -> Bool {
    let rule = Rule(condition: condition, operands: [Operand(column: nil, path: [.key("t")])])
    let filter = RecordFilter(try FilterSet([rule], layout: TableLayout(schema: "public", table: "t", columns: [])))
    return try with(text) { token, texts in
      try [FilterValues.Value(token: token)].withUnsafeBufferPointer { values in
        try !filter.leavesOut(
          FilterValues(
            values: values, fields: UnsafeRawBufferPointer(start: nil, count: 0), texts: texts, ordinal: 0))
      }
    }
  }

  @Test("a rule `date` holds where a column of type date or timestamptz takes the text, or would have to round it")
  func dates() throws {
    for text in Self.texts {
      let instant = encode(text, ColumnLayout(name: "t", scalar: .timestamptz)).code
      let date = encode(text, ColumnLayout(name: "t", scalar: .date)).code
      let isTaken = instant == nil || instant == "exact.timestamptz" || date == nil
      #expect(try holds(.date, text) == isTaken, "\(text)")
    }
  }

  @Test("a `range` compares what a column of type timestamptz reads")
  func ranges() throws {
    let column = ColumnLayout(name: "t", scalar: .timestamptz, isLenient: true, zone: 0)
    let read = Self.texts.filter { !$0.contains(":60") }.compactMap { text in
      encode(text, column).microseconds.map { (text: text, microseconds: $0) }
    }
    #expect(read.count > 15)
    for value in read {
      for bound in read {
        let isWithin = value.microseconds <= bound.microseconds
        #expect(try holds(.range(min: nil, max: bound.text), value.text) == isWithin, "\(value.text) \(bound.text)")
      }
    }
  }
}
