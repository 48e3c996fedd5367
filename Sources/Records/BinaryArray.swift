/// An array of at most one dimension in PostgreSQL's binary format: dimensions, null flag, type of the elements, then for
/// the dimension length and lower bound, then the elements.
public struct BinaryArray {
  /// How many elements it says it has.
  public let count: Int
  public var elements: BinaryFields

  /// Nil where the bytes are no such array.
  public init?(_ field: UnsafeRawBufferPointer) {
    func word(_ place: Int) -> Int { Int(Int32(bigEndian: field.loadUnaligned(fromByteOffset: place, as: Int32.self))) }
    guard field.count >= 12 else { return nil }
    switch word(0) {
    case 0:
      count = 0
      elements = BinaryFields(field, from: 12, count: 0)
    case 1:
      guard field.count >= 20, word(12) >= 0 else { return nil }
      count = word(12)
      elements = BinaryFields(field, from: 20, count: count)
    default: return nil
    }
  }

  /// Changes the type of the elements in the bytes of an array.
  public static func setElement(_ oid: UInt32, in field: UnsafeMutableRawBufferPointer) {
    guard field.count >= 12 else { return }
    field.storeBytes(of: oid.bigEndian, toByteOffset: 8, as: UInt32.self)
  }
}
