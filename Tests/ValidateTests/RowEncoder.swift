import PipelineSpec
import Records

/// A value as it goes into a row, encoded here by code of the tests' own.
enum Field {
  case null
  case bool(Bool)
  case int2(Int16)
  case int4(Int32)
  case int8(Int64)
  case float4(Float)
  case float8(Double)
  /// Plain decimal notation, `NaN`, `Infinity` or `-Infinity`.
  case numeric(String)
  case text(String)
  case uuid([UInt8])
  case bytea([UInt8])
  /// Days since 2000-01-01.
  case date(Int32)
  /// Microseconds since midnight, or since 2000-01-01.
  case micros(Int64)
  case json(String)
  case jsonb(String)
  case array([Field])
  case raw([UInt8])

  var bytes: [UInt8]? {
    switch self {
    case .null: nil
    case .bool(let value): [value ? 1 : 0]
    case .int2(let value): bigEndian(value)
    case .int4(let value), .date(let value): bigEndian(value)
    case .int8(let value), .micros(let value): bigEndian(value)
    case .float4(let value): bigEndian(value.bitPattern)
    case .float8(let value): bigEndian(value.bitPattern)
    case .numeric(let text): Self.numeric(text)
    case .text(let text), .json(let text): Array(text.utf8)
    case .jsonb(let text): [1] + Array(text.utf8)
    case .uuid(let bytes), .bytea(let bytes), .raw(let bytes): bytes
    case .array(let elements): Self.array(elements)
    }
  }

  private static func array(_ elements: [Field]) -> [UInt8] {
    let hasNull = elements.contains { $0.bytes == nil }
    var bytes = bigEndian(Int32(elements.isEmpty ? 0 : 1)) + bigEndian(Int32(hasNull ? 1 : 0)) + bigEndian(Int32(25))
    if !elements.isEmpty { bytes += bigEndian(Int32(elements.count)) + bigEndian(Int32(1)) }
    for element in elements { bytes += framed(element) }
    return bytes
  }

  private static func numeric(_ text: String) -> [UInt8] {
    let special: [String: UInt16] = ["NaN": 0xC000, "Infinity": 0xD000, "-Infinity": 0xF000]
    if let sign = special[text] {
      return bigEndian(UInt16(0)) + bigEndian(Int16(0)) + bigEndian(sign) + bigEndian(UInt16(0))
    }
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    var whole = String(parts[0])
    var fraction = parts.count > 1 ? String(parts[1]) : ""
    let scale = fraction.count
    while whole.count % 4 != 0 { whole = "0" + whole }
    while fraction.count % 4 != 0 { fraction += "0" }
    var weight = whole.count / 4 - 1
    let digits = Array(whole + fraction)
    var groups = stride(from: 0, to: digits.count, by: 4).map { UInt16(String(digits[$0..<$0 + 4])) ?? 0 }
    while groups.first == 0 {
      groups.removeFirst()
      weight -= 1
    }
    while groups.last == 0 { groups.removeLast() }
    return bigEndian(UInt16(groups.count)) + bigEndian(Int16(groups.isEmpty ? 0 : weight))
      + bigEndian(UInt16(isNegative && !groups.isEmpty ? 0x4000 : 0)) + bigEndian(UInt16(scale))
      + groups.flatMap { bigEndian($0) }
  }
}

func bigEndian<I: FixedWidthInteger>(_ value: I) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

private func framed(_ field: Field) -> [UInt8] {
  guard let bytes = field.bytes else { return bigEndian(Int32(-1)) }
  return bigEndian(Int32(bytes.count)) + bytes
}

/// A batch of one row per element of `rows`; the records are taken to be 10 bytes long, one after another.
func batch(_ rows: [[Field]], firstOrdinal: Int64 = 0) -> RowBatch {
  var batch = RowBatch(slice: 0, closesSlice: true, source: nil, capacity: 0)
  for (number, fields) in rows.enumerated() {
    let bytes = bigEndian(Int16(fields.count)) + fields.flatMap(framed)
    bytes.withUnsafeBytes { batch.own.bytes.append($0) }
    let ordinal = firstOrdinal + Int64(number)
    batch.own.rows.append(Row(end: batch.own.bytes.count))
    batch.endRecord(at: SourcePosition(ordinal: ordinal, offset: ordinal * 10, length: 10))
  }
  batch.read = rows.count
  return batch
}

func layout(_ columns: (String, ScalarType)..., arrays: Set<String> = []) -> TableLayout {
  TableLayout(
    schema: "public", table: "t",
    columns: columns.map { ColumnLayout(name: $0.0, scalar: $0.1, isArray: arrays.contains($0.0)) })
}

/// `data/episodes/*/size`
func operand(_ text: String) -> Operand {
  let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  return Operand(column: parts[0], path: parts.dropFirst().map { $0 == "*" ? .each : .key($0) })
}

func rule(_ condition: Rule.Condition, _ operands: String..., severity: Rule.Severity = .error) -> Rule {
  Rule(condition: condition, operands: operands.map(operand), severity: severity, line: 7)
}
