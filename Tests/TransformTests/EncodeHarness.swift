import Records
import Testing

@testable import Transform

/// What an encoder made of one JSON value.
struct Encoded {
  /// The field with its length, or nil where there was a problem.
  var field: [UInt8]?
  var problem: ValueProblem?
  var changed: Int

  /// The field without its length; nil for NULL too.
  var value: [UInt8]? { field.flatMap { $0.count >= 4 && $0[0] != 0xFF ? Array($0.dropFirst(4)) : nil } }

  /// The value as a big-endian integer.
  func integer<I: FixedWidthInteger>(_ type: I.Type) -> I? {
    guard let value, value.count == MemoryLayout<I>.size else { return nil }
    return value.reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
  }
}

/// Encodes the JSON value `json`, which stands in a longer text as the values of a record do.
func encode(_ json: some Collection<UInt8>, _ column: ColumnLayout, ordinal: Int64 = 0) -> Encoded {
  let text = Array(#"{"k":"#.utf8) + json + Array("e99999}".utf8) + [UInt8](repeating: 0x39, count: 64)
  let start = 5
  let end = start + json.count
  let kind: TokenKind =
    switch json.first {
    case 0x22: .string
    case 0x7B: .object
    case 0x5B: .array
    case 0x74: .true
    case 0x66: .false
    case 0x6E: .null
    default: .number
    }
  let quote = kind == .string ? 1 : 0
  let token = Token(
    kind: kind, start: UInt32(start + quote), end: UInt32(end - quote),
    isEscaped: kind == .string && json.contains(0x5C))
  return text.withUnsafeBytes { bytes in
    let whole = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 16)])
    return encode(token, FieldTexts(chunk: whole, constants: whole, rewritten: whole), column, ordinal: ordinal)
  }
}

func encode(_ json: String, _ column: ColumnLayout) -> Encoded { encode(Array(json.utf8), column) }

func encode(_ token: Token, _ texts: FieldTexts, _ column: ColumnLayout, ordinal: Int64) -> Encoded {
  var encoder = FieldEncoder(column: column)
  var sink = ByteSink()
  sink.append(0x55)
  let problem = encoder.encode(token, ordinal: ordinal, texts: texts, into: &sink)
  let field = Array(sink.bytes.dropFirst())
  if problem != nil {
    #expect(field.isEmpty, "a problem leaves the sink as it was")
    #expect(encoder.changed == 0)
    return Encoded(field: nil, problem: problem, changed: 0)
  }
  let length = field.prefix(4).reduce(Int32(0)) { $0 << 8 | Int32($1) }
  #expect(length == -1 ? field.count == 4 : Int(length) == field.count - 4, "the length is that of the value")
  return Encoded(field: field, problem: nil, changed: encoder.changed)
}

func column(
  _ scalar: ScalarType, limit: ColumnLayout.Limit = .none, isArray: Bool = false, isLenient: Bool = false,
  isTrimmed: Bool = false, zone: Int? = nil, encoding: BinaryEncoding? = nil
) -> ColumnLayout {
  ColumnLayout(
    name: "c", scalar: scalar, isArray: isArray, limit: limit, isLenient: isLenient, isTrimmed: isTrimmed, zone: zone,
    encoding: encoding, elementOID: isArray ? scalar.oid : 0)
}

extension ScalarType {
  /// PostgreSQL's object identifier of the type.
  var oid: UInt32 {
    switch self {
    case .bool: 16
    case .int2: 21
    case .int4: 23
    case .int8: 20
    case .float4: 700
    case .float8: 701
    case .numeric: 1700
    case .text: 25
    case .uuid: 2950
    case .bytea: 17
    case .date: 1082
    case .time: 1083
    case .timestamp: 1114
    case .timestamptz: 1184
    case .interval: 1186
    case .inet: 869
    case .json: 114
    case .jsonb: 3802
    }
  }
}

/// SplitMix64: the same numbers every time.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A JSON number: of any length and with exponents of any size now and then.
  mutating func number() -> String {
    func digits(_ count: Int) -> String {
      String((0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &self))) })
    }
    var text = Bool.random(using: &self) ? "-" : ""
    let whole = digits(Int.random(in: 1...25, using: &self)).drop { $0 == "0" }
    text += whole.isEmpty ? "0" : whole
    if Bool.random(using: &self) { text += "." + digits(Int.random(in: 1...25, using: &self)) }
    switch Int.random(in: 0...9, using: &self) {
    case 0...2: text += "e\(Int.random(in: -40...40, using: &self))"
    case 3: text += "E+\(digits(Int.random(in: 1...20, using: &self)))"
    case 4: text += "e-\(digits(Int.random(in: 1...20, using: &self)))"
    default: break
    }
    return text
  }
}
