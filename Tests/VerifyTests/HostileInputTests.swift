import Records
import TestSupport
import Testing
import Verify

@Suite("Hostile input")
struct HostileInputTests {
  static let layout = TableLayout(
    ScalarType.allCases.flatMap { scalar in
      [false, true].map { ColumnLayout(name: scalar.rawValue, scalar: scalar, isArray: $0, isLenient: true) }
    }, key: [0])

  @Test("never makes the table's side read beyond a row, whatever the bytes")
  func printedRows() {
    var random = RandomValues(seed: 3)
    let actual = ActualDigest(layout: Self.layout)
    let alphabet = Array("\\\\\"\"{}[],,:: \tNxu0123456789abcdefTZ+-.eE/PYMDHS\u{80}tfn".utf8)
    for _ in 0..<3_000 {
      var fields: [[UInt8]] = Self.layout.columns.map { column in
        if random.chance(3) { return Array(random.json(column.scalar).utf8) }
        return (0..<random.int(0...40)).map { _ in alphabet[random.int(0...alphabet.count - 1)] }
      }
      if random.chance(4) { fields.removeLast() }
      var line = Array(fields.joined(separator: [9]))
      if !random.chance(10) { line.append(10) }
      GuardedBytes(line).with { bytes in
        _ = try? actual.digestWithKey(bytes)
        _ = try? actual.columns(bytes)
      }
    }
  }

  @Test("never makes the source's side read beyond its text, whatever the bytes")
  func sourceTokens() {
    var random = RandomValues(seed: 4)
    let expected = ExpectedDigest(layout: Self.layout)
    for _ in 0..<1_500 {
      let row = SourceRow(
        Self.layout.columns.map { column in
          var value = Array(random.json(column.scalar).utf8)
          for _ in 0..<random.int(0...3) {
            let place = random.int(0...value.count - 1)
            switch random.int(1...3) {
            case 1: value[place] = UInt8(random.int(32...126))
            case 2 where value.count > 2: value.remove(at: place)
            default: value.insert(random.chance(2) ? 0x5C : 0x22, at: place)
            }
          }
          let text = String(decoding: value, as: UTF8.self)
          return text.hasPrefix("\"") && text.utf8.count < 2 ? "\"\"" : text
        })
      _ = row.with { expected.digestWithKey($0, ordinal: 0, texts: $1) }
      _ = expected.columns(row)
    }
  }

  @Test("reads jsonb a thousand arrays deep, and calls what is deeper than its limit unreadable")
  func depth() throws {
    let column = try ColumnLayout("jsonb")
    func nested(_ depth: Int, _ inner: String = "") -> String {
      String(repeating: "[", count: depth) + inner + String(repeating: "]", count: depth)
    }
    func members(_ depth: Int, _ inner: String) -> String {
      String(repeating: "{\"a\":", count: depth) + inner + String(repeating: "}", count: depth)
    }
    #expect(try expected(nested(1_024, "1"), column) == actual(nested(1_024, "1.0"), column))
    #expect(expected(nested(1_024), column) != expected(nested(1_023), column))
    #expect(try expected(members(1_024, "1"), column) == actual(members(1_024, "1.0"), column))
    #expect(expected(members(1_024, "1"), column) != expected(members(1_023, "1"), column))
    #expect(try expected(nested(70_000), column) != actual(nested(70_000), column))
    #expect(try expected(nested(60_000), column) == actual(nested(60_000), column))
  }

  @Test("a printed row with another number of fields or without its end is an error, not a difference")
  func cutRows() throws {
    let columns = [try ColumnLayout("text"), try ColumnLayout("int4")]
    let actual = ActualDigest(layout: TableLayout(columns, key: [1]))
    for (bytes, kind) in [
      ("a\n", VerifyError.Kind.fields), ("a\t1\t2\n", .fields), ("\n", .fields), ("a\t1", .row), ("", .row),
      ("a\\\t1\n", .fields), ("a\t1\\\n", .row),
    ] {
      GuardedBytes(Array(bytes.utf8)).with { line in
        #expect { _ = try actual.digest(line) } throws: { ($0 as? VerifyError)?.kind == kind }
        #expect { _ = try actual.keyDigest(line) } throws: { ($0 as? VerifyError)?.kind == kind }
      }
    }
    #expect(
      VerifyError.Kind.allCases.map { VerifyError($0, "m").code } == [
        "verify.fields", "verify.spill", "verify.row", "verify.record",
      ])
  }

  @Test("decodes every escape that COPY knows")
  func copyEscapes() throws {
    let column = try ColumnLayout("text")
    for (printed, json) in [
      ("\\b\\f\\n\\r\\t\\v\\\\", "\"\\b\\f\\n\\r\\t\\u000b\\\\\""), ("\\101\\60x", "\"A0x\""),
      ("\\x41\\x4z\\xz", "\"A\\u0004zxz\""),
      ("\\N\\N", "\"NN\""), ("a\\.b", "\"a.b\""),
    ] {
      #expect(try actual(printed, column) == expected(json, column), "\(printed)")
    }
  }
}
