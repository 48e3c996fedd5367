/// The frames' sizes at the end of an archive, in the seekable format of zstd's `contrib/seekable_format`: a skippable
/// frame that every decoder passes over, so that a reader finds a byte of the source without decoding what is before.
struct SeekTable: Equatable {
  struct Entry: Equatable {
    let packed: UInt32
    let raw: UInt32
  }

  private static let skippable: UInt32 = 0x184D_2A5E
  private static let magic: UInt32 = 0x8F92_EAB1
  static let headerSize = 8
  static let entrySize = 8
  static let footerSize = 9

  private(set) var entries: [Entry] = []

  mutating func append(packed: Int, raw: Int) {
    entries.append(Entry(packed: UInt32(clamping: packed), raw: UInt32(clamping: raw)))
  }

  /// The size of the whole skippable frame.
  var byteCount: Int { Self.headerSize + entries.count * Self.entrySize + Self.footerSize }

  /// The skippable frame: magic, size; an entry per frame; the count of frames, a descriptor (no checksums), magic.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    func append(_ value: UInt32) {
      for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
    append(Self.skippable)
    append(UInt32(clamping: byteCount - Self.headerSize))
    for entry in entries {
      append(entry.packed)
      append(entry.raw)
    }
    append(UInt32(clamping: entries.count))
    bytes.append(0)
    append(Self.magic)
    return bytes
  }

  /// How large the table is whose last bytes are `footer`; nil when these are no footer of ours.
  static func size(footer: UnsafeRawBufferPointer) -> Int? {
    guard footer.count == footerSize, word(footer, 5) == magic, footer[4] == 0 else { return nil }
    return headerSize + Int(word(footer, 0)) * entrySize + footerSize
  }

  static func isHeader(_ bytes: UnsafeRawBufferPointer, of byteCount: Int) -> Bool {
    word(bytes, 0) == skippable && Int(word(bytes, 4)) == byteCount - headerSize
  }

  static func entry(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Entry {
    Entry(packed: word(bytes, place), raw: word(bytes, place + 4))
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
  }
}
