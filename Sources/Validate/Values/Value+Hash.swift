import Records

extension Value {
  /// Appends the value such that equal values give equal bytes: numbers by value whatever their notation, strings by
  /// their characters, floats with one zero and one NaN; JSON objects and arrays as they are written.
  func append(to hasher: inout KeyHasher, scratch: inout ByteSink) throws(ValidateError) {
    switch self {
    case .missing, .null: hasher.append(UInt8(0))
    case .bool(let value): hasher.append(value ? UInt8(2) : 1)
    case .integer(let value): Self.append(value, tag: 3, to: &hasher)
    case .decimal(let view): Self.append(view, to: &hasher)
    case .float(let value):
      let canonical = value == 0 ? 0 : value.isNaN ? .nan : value
      Self.append(Int64(bitPattern: canonical.bitPattern), tag: 5, to: &hasher)
    case .moment(let value): Self.append(value, tag: 6, to: &hasher)
    case .text, .escapedText:
      if let bytes = string(&scratch) { Self.append(bytes, tag: 7, to: &hasher) }
    case .opaque(let bytes): Self.append(bytes, tag: 8, to: &hasher)
    case .jsonArray(let bytes), .jsonObject(let bytes): Self.append(bytes, tag: 9, to: &hasher)
    case .elements(var elements):
      Self.append(Int64(elements.count), tag: 10, to: &hasher)
      while let element = try elements.next() { try element.append(to: &hasher, scratch: &scratch) }
    }
  }

  private static func append(_ value: Int64, tag: UInt8, to hasher: inout KeyHasher) {
    hasher.append(tag)
    hasher.append(UInt64(bitPattern: value))
  }

  private static func append(_ bytes: UnsafeRawBufferPointer, tag: UInt8, to hasher: inout KeyHasher) {
    hasher.append(tag)
    hasher.append(UInt64(bytes.count))
    hasher.append(bytes)
  }

  private static func append(_ view: DecimalView, to hasher: inout KeyHasher) {
    if let integer = view.smallInteger { return append(integer, tag: 3, to: &hasher) }
    hasher.append(view.isNegative ? UInt8(11) : 4)
    hasher.append(UInt64(bitPattern: Int64(view.magnitude)))
    for i in 0..<view.count { hasher.append(view.digit(i)) }
    hasher.append(UInt8(0xFF))
  }
}
