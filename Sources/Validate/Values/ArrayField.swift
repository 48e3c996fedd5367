import Records

/// A PostgreSQL array of one dimension, and an iterator over its elements as values.
struct ArrayField {
  private let scalar: ScalarType
  private let bytes: UnsafeRawBufferPointer
  private var array: BinaryArray
  private var left: Int

  var count: Int { array.count }

  /// nil where the bytes are no such array.
  init?(_ scalar: ScalarType, field: UnsafeRawBufferPointer) {
    guard let array = BinaryArray(field) else { return nil }
    self.scalar = scalar
    self.array = array
    bytes = field
    left = array.count
  }

  /// The next element; nil after the last. The bytes may turn out not to be what they should.
  mutating func next() throws(ValidateError) -> Value? {
    guard left > 0 else { return nil }
    left -= 1
    switch array.elements.next() {
    case .null: return .null
    case .value(let range):
      guard let value = Value(scalar, field: UnsafeRawBufferPointer(rebasing: bytes[range])) else {
        throw .malformedRow
      }
      return value
    case nil: throw .malformedRow
    }
  }
}
