import Records

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
    var start = 0
    if scalar == .jsonb {
      guard field.first == 1 else { return nil }
      start = 1
    }
    var end = field.count
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
    while start < end, isSpace(field[start]) { start += 1 }
    while end > start, isSpace(field[end - 1]) { end -= 1 }
    return start < end ? UnsafeRawBufferPointer(rebasing: field[start..<end]) : nil
  }

  static func word<I: FixedWidthInteger & BitwiseCopyable>(_ field: UnsafeRawBufferPointer) -> I? {
    guard field.count == MemoryLayout<I>.size else { return nil }
    return I(bigEndian: field.loadUnaligned(as: I.self))
  }

  /// Infinity and dates beyond what microseconds can count stay at the ends of the scale.
  private static func moment(days: Int32) -> Int64 {
    if days == .max { return .max }
    if days == .min { return .min }
    let (value, overflow) = Int64(days).multipliedReportingOverflow(by: Moment.microsecondsPerDay)
    return overflow ? (days < 0 ? .min : .max) : value
  }

  private init?(numeric field: UnsafeRawBufferPointer) {
    guard field.count >= 8 else { return nil }
    func half(_ place: Int) -> UInt16 {
      UInt16(bigEndian: field.loadUnaligned(fromByteOffset: place * 2, as: UInt16.self))
    }
    guard field.count == 8 + Int(half(0)) * 2 else { return nil }
    switch half(2) {
    case 0x0000, 0x4000:
      self = .decimal(
        DecimalView(
          groups: UnsafeRawBufferPointer(rebasing: field[8...]), weight: Int(Int16(bitPattern: half(1))),
          isNegative: half(2) == 0x4000))
    case 0xC000: self = .float(.nan)
    case 0xD000: self = .float(.infinity)
    case 0xF000: self = .float(-.infinity)
    default: return nil
    }
  }
}
