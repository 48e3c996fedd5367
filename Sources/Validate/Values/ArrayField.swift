import Records

/// A PostgreSQL array of one dimension in binary form, and an iterator over its elements.
struct ArrayField {
  let scalar: ScalarType
  let count: Int
  private let bytes: UnsafeRawBufferPointer
  private var place: Int
  private var left: Int

  /// nil where the bytes are no such array.
  init?(_ scalar: ScalarType, field: UnsafeRawBufferPointer) {
    func word(_ place: Int) -> Int32 { Int32(bigEndian: field.loadUnaligned(fromByteOffset: place, as: Int32.self)) }
    guard field.count >= 12 else { return nil }
    switch word(0) {
    case 0:
      count = 0
      place = 12
    case 1:
      guard field.count >= 20, word(12) >= 0 else { return nil }
      count = Int(word(12))
      place = 20
    default: return nil
    }
    self.scalar = scalar
    bytes = field
    left = count
  }

  /// The next element; nil after the last. The bytes may turn out not to be what they should.
  mutating func next() throws(ValidateError) -> Value? {
    guard left > 0 else { return nil }
    left -= 1
    guard place + 4 <= bytes.count else { throw .malformedRow }
    let length = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)))
    place += 4
    if length == -1 { return .null }
    guard length >= 0, length <= bytes.count - place else { throw .malformedRow }
    let field = UnsafeRawBufferPointer(rebasing: bytes[place..<place + length])
    place += length
    guard let value = Value(scalar, field: field) else { throw .malformedRow }
    return value
  }
}
