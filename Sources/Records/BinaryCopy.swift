/// PostgreSQL's binary COPY format around its tuples.
public enum BinaryCopy {
  /// `PGCOPY\n\377\r\n\0`, no flags, no extension.
  public static let header: [UInt8] =
    [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]
  public static let trailer: [UInt8] = [0xFF, 0xFF]

  /// Whether `tuple` is one tuple of so many fields, to its last byte.
  public static func isTuple(_ tuple: UnsafeRawBufferPointer, fields: Int) -> Bool {
    guard var fields = BinaryFields(tuple: tuple, count: fields) else { return false }
    while fields.next() != nil {}
    return fields.isComplete
  }
}

extension ByteSink {
  /// Appends a tuple with one more field at its end, an `int8`.
  public mutating func append(tuple: UnsafeRawBufferPointer, adding value: Int64) {
    precondition(tuple.count >= 2)
    reserve(tuple.count + 12)
    append(bigEndian: Int16(bigEndian: tuple.loadUnaligned(as: Int16.self)) + 1)
    append(UnsafeRawBufferPointer(rebasing: tuple[2...]))
    append(bigEndian: Int32(8))
    append(bigEndian: value)
  }
}
