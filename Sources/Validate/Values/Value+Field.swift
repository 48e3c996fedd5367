import Records
import Scalars

extension Value {
  /// A field of a binary tuple that is not null; nil where the bytes are not of that type.
  init?(_ scalar: ScalarType, field: UnsafeRawBufferPointer) {
    switch scalar {
    case .bool:
      guard field.count == 1 else { return nil }
      self = .bool(field[0] != 0)
    case .int2:
      guard let value: Int16 = Self.word(field) else { return nil }
      self = .integer(Int64(value))
    case .int4:
      guard let value: Int32 = Self.word(field) else { return nil }
      self = .integer(Int64(value))
    case .int8:
      guard let value: Int64 = Self.word(field) else { return nil }
      self = .integer(value)
    case .float4:
      guard let bits: UInt32 = Self.word(field) else { return nil }
      self = .float(Double(Float(bitPattern: bits)))
    case .float8:
      guard let bits: UInt64 = Self.word(field) else { return nil }
      self = .float(Double(bitPattern: bits))
    case .numeric: self.init(numeric: field)
    case .text: self = .text(field)
    case .uuid:
      guard field.count == 16 else { return nil }
      self = .opaque(field)
    case .bytea, .inet: self = .opaque(field)
    case .interval:
      guard field.count == 16 else { return nil }
      self = .opaque(field)
    case .date:
      guard let days: Int32 = Self.word(field) else { return nil }
      self = .moment(Self.moment(days: days))
    case .time, .timestamp, .timestamptz:
      guard let microseconds: Int64 = Self.word(field) else { return nil }
      self = .moment(microseconds)
    case .json, .jsonb:
      guard let text = Self.json(scalar, field: field) else { return nil }
      self.init(json: text)
    }
  }

  /// The text of a json or jsonb field, without white space around it.
  static func json(_ scalar: ScalarType, field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    if scalar == .jsonb, field.first != 1 { return nil }
    let text = UnsafeRawBufferPointer(rebasing: field[(scalar == .jsonb ? 1 : 0)...]).trimmed
    return text.isEmpty ? nil : text
  }

  static func word<I: FixedWidthInteger & BitwiseCopyable>(_ field: UnsafeRawBufferPointer) -> I? {
    guard field.count == MemoryLayout<I>.size else { return nil }
    return I(bigEndian: field.loadUnaligned(as: I.self))
  }

  /// Infinity and dates beyond what microseconds can count stay at the ends of the scale.
  private static func moment(days: Int32) -> Int64 {
    if days == .max { return .max }
    if days == .min { return .min }
    let (value, overflow) = Int64(days).multipliedReportingOverflow(by: Calendar.microsecondsPerDay)
    return overflow ? (days < 0 ? .min : .max) : value
  }

  private init?(numeric field: UnsafeRawBufferPointer) {
    guard let number = BinaryNumeric(field) else { return nil }
    switch number.sign {
    case .positive, .negative: self = .decimal(DecimalView(number))
    case .nan: self = .float(.nan)
    case .infinity: self = .float(.infinity)
    case .minusInfinity: self = .float(-.infinity)
    }
  }
}
