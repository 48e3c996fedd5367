/// A walk over fields in PostgreSQL's binary format, as a tuple of COPY and an array hold them: `int32` length, -1 for
/// null, and so many bytes. Nothing is read past the end, whatever the bytes are.
public struct BinaryFields {
  public enum Field {
    case null
    /// Where its bytes lie.
    case value(Range<Int>)
  }

  @usableFromInline let bytes: UnsafeRawBufferPointer
  @usableFromInline var place: Int
  @usableFromInline var left: Int

  init(_ bytes: UnsafeRawBufferPointer, from place: Int, count: Int) {
    self.bytes = bytes
    self.place = place
    left = count
  }

  /// The fields of a tuple; nil where it says that it has another number of them.
  @inlinable public init?(tuple: UnsafeRawBufferPointer, count: Int) {
    guard tuple.count >= 2, Int(Int16(bigEndian: tuple.loadUnaligned(as: Int16.self))) == count else { return nil }
    bytes = tuple
    place = 2
    left = count
  }

  /// The next field; nil behind the last, and where the bytes hold no such field.
  @inlinable public mutating func next() -> Field? {
    guard left > 0, bytes.count &- place >= 4 else { return nil }
    let length = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)))
    let start = place &+ 4
    guard length >= -1, length <= bytes.count &- start else { return nil }
    left &-= 1
    place = start &+ max(0, length)
    return length < 0 ? .null : .value(start..<place)
  }

  /// True behind the last field, where nothing follows.
  @inlinable public var isComplete: Bool { left == 0 && place == bytes.count }
}
