/// How a source is packed, told by its first bytes and not by its name.
enum Compression: Equatable {
  case none, gzip, zstd

  /// So many first bytes are looked at.
  static let magicLength = 4

  /// What the first bytes of a source say; fewer than `magicLength` only where it is shorter than that.
  init(firstBytes: [UInt8]) {
    if firstBytes.starts(with: Self.gzipMagic) {
      self = .gzip
    } else if Self.beginsZstdFrame(firstBytes) {
      self = .zstd
    } else {
      self = .none
    }
  }

  static let gzipMagic: [UInt8] = [0x1F, 0x8B]

  /// A frame of data, or one to be skipped: tools begin files with those too.
  static func beginsZstdFrame(_ bytes: some Collection<UInt8>) -> Bool {
    guard bytes.count >= 4, let first = bytes.first else { return false }
    let isData = bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
    return isData || (first & 0xF0 == 0x50 && bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18]))
  }
}
