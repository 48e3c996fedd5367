import Records

/// The canonical form of one column, from one side: how its values become the blocks that are hashed.
///
/// Both sides end in the same blocks; they differ in what they start from and in what they may forgive. Only the source
/// is rounded (`coerce: lenient`) and given a zone: what a table holds is taken as it is.
struct ColumnForm {
  enum Side {
    case source, table
  }

  let side: Side
  let scalar: ScalarType
  let isArray: Bool
  /// `char(n)`: blanks at the end are padding.
  let isPadded: Bool
  let isTrimmed: Bool
  /// White space around numbers and addresses is passed over.
  let isLenient: Bool
  let zone: Int?
  /// How the source writes bytes; PostgreSQL prints them as `\x` and digits.
  let encoding: BinaryEncoding?
  /// Digits after the point that a decimal is rounded to; nil: it is not.
  let scale: Int?
  /// Digits after the second that a time is rounded to.
  let fraction: Int

  init(_ column: ColumnLayout, side: Side) {
    self.side = side
    scalar = column.scalar
    isArray = column.isArray
    isPadded =
      column.scalar == .text && (column.typeName.hasPrefix("character(") || column.typeName.hasPrefix("bpchar"))
    let isSource = side == .source
    isTrimmed = isSource && column.isTrimmed
    isLenient = isSource && column.isLenient
    zone = isSource ? column.zone : nil
    encoding = isSource ? column.encoding : nil
    scale = isLenient ? Self.scale(of: column) : nil
    if isSource, case .fraction(let digits) = column.limit {
      fraction = min(max(digits, 0), 6)
    } else {
      fraction = 6
    }
  }

  private static func scale(of column: ColumnLayout) -> Int? {
    switch (column.scalar, column.limit) {
    case (.int2, _), (.int4, _), (.int8, _): 0
    case (.numeric, .decimal(_, let scale)): scale
    default: nil
    }
  }

  /// The kind of what no form takes.
  var unreadable: BlockKind { side == .source ? .unreadableSource : .unreadableTable }

  /// Absorbs a scalar from its text: a JSON string's content or a number as written, or what PostgreSQL prints.
  @inline(__always) func absorb(_ run: ByteRun, into hash: inout DigestHash, scratch: Scratch) {
    if scalar == .text {
      hash.absorb(text: isPadded ? run.withoutTrailingBlanks() : run)
    } else if !absorbReadable(run, into: &hash, scratch: scratch) {
      hash.absorb(unreadable: run, as: unreadable)
    }
  }

  /// Absorbs JSON text into a column that is no text: the value of a jsonb or the raw bytes of a json.
  @inline(__always) func absorb(json run: ByteRun, into hash: inout DigestHash, scratch: Scratch) {
    if scalar == .json {
      hash.absorb(text: run)
    } else if !JSONDigest.absorb(run, into: &hash, scratch: scratch) {
      hash.absorb(unreadable: run, as: unreadable)
    }
  }

  @inline(never) private func absorbReadable(_ run: ByteRun, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    let text = isLenient ? run.trimmed() : run
    switch scalar {
    case .bool:
      guard let value = BoolText.value(text) else { return false }
      hash.absorb(0, value ? .true : .false)
    case .int2, .int4, .int8, .numeric:
      return absorbDecimal(text, into: &hash, scratch: scratch)
    case .float4, .float8:
      return absorbFloat(text, into: &hash, scratch: scratch)
    case .uuid:
      guard let value = HexText.uuid(text) else { return false }
      hash.absorb(value.high.byteSwapped, value.low.byteSwapped)
      hash.absorb(0, .uuid)
    case .bytea:
      guard let bytes = ByteaText.bytes(text, encoding, into: scratch.string) else { return false }
      hash.absorb(text: bytes)
    case .date:
      return absorb(CalendarText.date(text), .date, into: &hash)
    case .time:
      guard let value = CalendarText.time(text, digits: fraction) else { return false }
      hash.absorb(UInt64(bitPattern: value), .time)
    case .timestamp:
      return absorb(
        CalendarText.timestamp(text, digits: fraction, zoned: false, zone: nil), .timestamp, into: &hash)
    case .timestamptz:
      return absorb(
        CalendarText.timestamp(text, digits: fraction, zoned: true, zone: zone), .timestamptz, into: &hash)
    case .interval:
      return absorbInterval(text, into: &hash)
    case .inet:
      guard let value = AddressText(text) else { return false }
      hash.absorb(value.high.byteSwapped, value.low.byteSwapped)
      hash.absorb(UInt64(value.prefix), .inet, value.isIPv6 ? 6 : 4)
    case .text, .json, .jsonb:
      return false
    }
    return true
  }

  private func absorbDecimal(_ run: ByteRun, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    if let special = SpecialNumber(run) {
      hash.absorb(special.rawValue, .special)
      return true
    }
    guard let value = decimal(run, scratch: scratch) else { return false }
    hash.absorb(value)
    return true
  }

  /// A number, rounded where the column asks for it.
  func decimal(_ run: ByteRun, scratch: Scratch) -> ExactDecimal? {
    guard var value = ExactDecimal(run, digits: scratch.digits) else { return nil }
    if let scale { value.round(toScale: scale, digits: scratch.digits) }
    return value
  }

  private func absorbFloat(_ run: ByteRun, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    guard let bits = floatBits(run, scratch: scratch) else { return false }
    hash.absorb(bits, scalar == .float4 ? .float4 : .float8)
    return true
  }

  /// The bits of the nearest `float4` or `float8`.
  func floatBits(_ run: ByteRun, scratch: Scratch) -> UInt64? {
    if let special = SpecialNumber(run) {
      return scalar == .float4 ? UInt64(special.float4.bitPattern) : special.float8.bitPattern
    }
    guard let decimal = ExactDecimal(run, digits: scratch.digits) else { return nil }
    return scalar == .float4 ? UInt64(NearestFloat.float4(decimal)) : NearestFloat.float8(decimal)
  }

  private func absorbInterval(_ run: ByteRun, into hash: inout DigestHash) -> Bool {
    if let special = SpecialNumber(run) {
      hash.absorb(special.rawValue, .special)
      return true
    }
    guard let value = IntervalText(run, digits: fraction) else { return false }
    hash.absorb(UInt64(bitPattern: value.microseconds), UInt64(bitPattern: value.days))
    hash.absorb(UInt64(bitPattern: value.months), .interval)
    return true
  }

  @inline(__always)
  private func absorb(_ point: CalendarText.Point?, _ kind: BlockKind, into hash: inout DigestHash) -> Bool {
    switch point {
    case .finite(let value): hash.absorb(UInt64(bitPattern: value), kind)
    case .infinity: hash.absorb(SpecialNumber.infinity.rawValue, .special)
    case .minusInfinity: hash.absorb(SpecialNumber.minusInfinity.rawValue, .special)
    case nil: return false
    }
    return true
  }
}

/// What is no number but stands in its place.
enum SpecialNumber: UInt64 {
  case nan = 0
  case infinity = 1
  case minusInfinity = 2

  /// Reads the names in any case.
  @inline(__always) init?(_ run: ByteRun) {
    guard run.count >= 3, run.end[-1] &- 0x30 >= 10 else { return nil }
    self.init(named: run)
  }

  private init?(named run: ByteRun) {
    if run.isLowercased("nan") {
      self = .nan
    } else if run.isLowercased("infinity") || run.isLowercased("+infinity") {
      self = .infinity
    } else if run.isLowercased("-infinity") {
      self = .minusInfinity
    } else {
      return nil
    }
  }

  var float4: Float {
    switch self {
    case .nan: .nan
    case .infinity: .infinity
    case .minusInfinity: -.infinity
    }
  }

  var float8: Double {
    switch self {
    case .nan: .nan
    case .infinity: .infinity
    case .minusInfinity: -.infinity
    }
  }
}

/// Truth, as PostgreSQL prints it and as `coerce: lenient` takes it.
enum BoolText {
  static func value(_ run: ByteRun) -> Bool? {
    for word: StaticString in ["t", "true", "yes", "y", "on", "1"] where run.isLowercased(word) { return true }
    for word: StaticString in ["f", "false", "no", "n", "off", "0"] where run.isLowercased(word) { return false }
    return nil
  }
}

/// Bytes as text: `\x` and hexadecimal digits, or as the column's encoding says.
enum ByteaText {
  static func bytes(_ run: ByteRun, _ encoding: BinaryEncoding?, into scratch: GrowingBytes) -> ByteRun? {
    if encoding == .base64 { return Base64Text.bytes(run, into: scratch) }
    if run.count >= 2, run.start[0] == 0x5C, run.start[1] == 0x78 {
      return HexText.bytes(run.part(run.start + 2, run.end), into: scratch)
    }
    return encoding == .hex ? HexText.bytes(run, into: scratch) : nil
  }
}
