public import Records
internal import Scalars

/// Turns the values of one column into fields of PostgreSQL's binary COPY format: `int32` length and bytes, as
/// TYPES.md says. It keeps scratch memory, so one encoder serves one task at a time.
public struct FieldEncoder: Sendable {
  /// Fields that `coerce: lenient` changed since the encoder was made.
  public private(set) var changed = 0

  /// Whether the record has a number that PostgreSQL may find too long; jsonb is looked through for it then.
  public var hasLongNumbers = true

  let scalar: ScalarType
  let isArray: Bool
  let elementOID: UInt32
  let isTrimmed: Bool
  let zone: Int?
  let encoding: BinaryEncoding?
  /// `varchar(n)`, `char(n)`: at most so many characters.
  let mostCharacters: Int
  /// Of an enum.
  let labels: LabelSet?
  /// `timestamp(n)`: digits after the second.
  let fractionDigits: Int
  let decimalLimit: DecimalLimit?

  private(set) var isLenient: Bool
  /// True once the value at hand was changed by `coerce: lenient`.
  private var isCoerced = false
  /// Memory for strings whose escapes had to be decoded, and for rounded numbers.
  var scratch: [UInt8] = []

  /// The most bytes of a field: PostgreSQL's largest allocation less the header of a value.
  static let largestField = 0x3FFF_FFFF - 4

  public init(column: ColumnLayout) {
    scalar = column.scalar
    isArray = column.isArray
    elementOID = column.elementOID
    isTrimmed = column.isTrimmed
    isLenient = column.isLenient
    zone = column.zone
    encoding = column.encoding
    labels = column.labels.map { LabelSet($0) }
    if case .characters(let most) = column.limit { mostCharacters = most } else { mostCharacters = .max }
    if case .fraction(let digits) = column.limit {
      fractionDigits = min(max(digits, 0), 6)
    } else {
      fractionDigits = 6
    }
    if case .decimal(let precision, let scale) = column.limit {
      decimalLimit = DecimalLimit(precision: precision, scale: scale)
    } else {
      decimalLimit = nil
    }
  }

  /// Appends the field of `token`; `ordinal` is the value of a token of that kind.
  /// - Returns: nil, or why there is no field; the sink is then as it was.
  public mutating func encode(
    _ token: Token, ordinal: Int64, texts: FieldTexts, into sink: inout ByteSink
  ) -> ValueProblem? {
    if token.kind == .null || token.kind == .missing {
      Self.encodeNull(into: &sink)
      return nil
    }
    let start = sink.count
    isCoerced = false
    do throws(ValueProblem) {
      if token.kind == .ordinal {
        try encodeOrdinal(ordinal, into: &sink)
      } else {
        try encodeField(Lexeme(token, in: texts), into: &sink)
      }
      if sink.count &- start > Self.largestField { throw problem(.tooLarge, token.kind) }
      if isCoerced { changed &+= 1 }
      return nil
    } catch {
      sink.truncate(to: start)
      return explained(error, token, ordinal: ordinal, texts: texts, into: &sink)
    }
  }

  /// Appends SQL NULL.
  public static func encodeNull(into sink: inout ByteSink) {
    sink.append(bigEndian: Int32(-1))
  }

  /// Called before a change that only `coerce: lenient` permits: refuses it, or notes that the value was changed.
  mutating func coerce(_ kind: ValueProblem.Kind, _ found: TokenKind) throws(ValueProblem) {
    guard isLenient else { throw problem(kind, found) }
    isCoerced = true
  }

  func problem(_ kind: ValueProblem.Kind, _ found: TokenKind) -> ValueProblem {
    ValueProblem(kind: kind, scalar: scalar, found: found)
  }

  /// Finds out whether lenience would have helped, by trying.
  private func explained(
    _ problem: ValueProblem, _ token: Token, ordinal: Int64, texts: FieldTexts, into sink: inout ByteSink
  ) -> ValueProblem {
    var problem = problem
    problem.isEmpty = token.kind == .string && token.start == token.end
    guard !isLenient, problem.kind != .tooLarge else { return problem }
    var lenient = self
    lenient.isLenient = true
    let start = sink.count
    problem.isLenienceEnough = lenient.encode(token, ordinal: ordinal, texts: texts, into: &sink) == nil
    sink.truncate(to: start)
    return problem
  }
}

extension FieldEncoder {
  private mutating func encodeField(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    if isArray {
      try encodeArray(value, into: &sink)
    } else {
      try encodeScalar(value, into: &sink)
    }
  }

  /// Appends one value that is not null: a field, or an element of an array.
  mutating func encodeScalar(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    switch scalar {
    case .text: try encodeText(value, into: &sink)
    case .json: encodeJSON(value, into: &sink)
    case .jsonb: try encodeJSONB(value, into: &sink)
    default:
      if value.kind == .string {
        try encodeString(value, into: &sink)
      } else {
        try encodeDecoded(value, into: &sink)
      }
    }
  }

  private mutating func encodeString(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    guard value.isEscaped else { return try encodeTrimmed(value.text, into: &sink) }
    var memory: [UInt8] = []
    swap(&memory, &scratch)
    defer { swap(&memory, &scratch) }
    memory.removeAll(keepingCapacity: true)
    memory.append(contentsOf: value.text)
    let result = memory.withUnsafeMutableBytes { bytes in
      Result { () throws(ValueProblem.Kind) in try decodeEscapes(in: bytes) }
    }
    switch result {
    case .failure(let kind): throw problem(kind, .string)
    case .success(let count):
      try memory.withUnsafeBufferPointer { bytes throws(ValueProblem) in
        try encodeTrimmed(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<count]), into: &sink)
      }
    }
  }

  private mutating func encodeTrimmed(_ text: UnsafeRawBufferPointer, into sink: inout ByteSink) throws(ValueProblem) {
    try encodeDecoded(Lexeme(kind: .string, text: isTrimmed ? text.trimmed : text), into: &sink)
  }

  /// The list of the types, but for those that keep a string as it is written. A string's escapes are decoded here.
  private mutating func encodeDecoded(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    switch scalar {
    case .bool: try encodeBool(value, into: &sink)
    case .int2: try encodeInteger(value, as: Int16.self, into: &sink)
    case .int4: try encodeInteger(value, as: Int32.self, into: &sink)
    case .int8: try encodeInteger(value, as: Int64.self, into: &sink)
    case .float4: try encodeFloat4(value, into: &sink)
    case .float8: try encodeFloat8(value, into: &sink)
    case .numeric: try encodeNumeric(value, into: &sink)
    case .uuid: try encodeUUID(value, into: &sink)
    case .bytea: try encodeBytes(value, into: &sink)
    case .date: try encodeDate(value, into: &sink)
    case .time: try encodeTime(value, into: &sink)
    case .timestamp: try encodeTimestamp(value, into: &sink)
    case .timestamptz: try encodeInstant(value, into: &sink)
    case .interval: try encodeInterval(value, into: &sink)
    case .inet: try encodeInet(value, into: &sink)
    case .text, .json, .jsonb: throw problem(.wrongKind, value.kind)
    }
  }

  /// The record's place, encoded as if the source had it as a number.
  private mutating func encodeOrdinal(_ ordinal: Int64, into sink: inout ByteSink) throws(ValueProblem) {
    var memory: [UInt8] = []
    swap(&memory, &scratch)
    defer { swap(&memory, &scratch) }
    memory.removeAll(keepingCapacity: true)
    if ordinal < 0 { memory.append(0x2D) }
    let sign = memory.count
    var rest = ordinal.magnitude
    repeat {
      memory.append(0x30 | UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    memory[sign...].reverse()
    let count = memory.count
    memory.append(contentsOf: repeatElement(0, count: Padding.text))
    try memory.withUnsafeBufferPointer { bytes throws(ValueProblem) in
      let text = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<count])
      try encodeField(Lexeme(kind: .number, text: text), into: &sink)
    }
  }
}
