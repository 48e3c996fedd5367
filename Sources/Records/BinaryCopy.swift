/// PostgreSQL's binary COPY format around its tuples.
public enum BinaryCopy {
  /// `PGCOPY\n\377\r\n\0`, no flags, no extension.
  public static let header: [UInt8] =
    [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]
  public static let trailer: [UInt8] = [0xFF, 0xFF]

  /// Whether `tuple` is one tuple of so many fields, to its last byte.
  public static func isTuple(_ tuple: UnsafeRawBufferPointer, fields: Int) -> Bool {
    guard tuple.count >= 2, Int(Int16(bigEndian: tuple.loadUnaligned(as: Int16.self))) == fields else { return false }
    var place = 2
    for _ in 0..<fields {
      guard tuple.count - place >= 4 else { return false }
      let length = Int(Int32(bigEndian: tuple.loadUnaligned(fromByteOffset: place, as: Int32.self)))
      place += 4
      guard length >= -1, length <= tuple.count - place else { return false }
      place += max(0, length)
    }
    return place == tuple.count
  }
}
