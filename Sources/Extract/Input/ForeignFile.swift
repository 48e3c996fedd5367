/// A kind of file that holds JSON packed in a way that is not read here, told by its first bytes.
enum ForeignFile: CaseIterable {
  case zip, bzip2, xz, sevenZip, lz4, tar

  /// So many first bytes tell all of them.
  static let magicLength = 512

  /// - Parameter firstBytes: of the source, unpacked where it is gzip or zstd.
  init?(firstBytes: UnsafeRawBufferPointer) {
    guard let kind = Self.allCases.first(where: { $0.isAnnounced(by: firstBytes) }) else { return nil }
    self = kind
  }

  private func isAnnounced(by bytes: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .zip: bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
    case .bzip2:
      bytes.starts(with: [0x42, 0x5A, 0x68])
        && (bytes.dropFirst(4).starts(with: [0x31, 0x41, 0x59, 0x26]) || bytes.dropFirst(4).starts(with: [0x17, 0x72]))
    case .xz: bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])
    case .sevenZip: bytes.starts(with: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C])
    case .lz4: bytes.starts(with: [0x04, 0x22, 0x4D, 0x18])
    case .tar: bytes.count >= Self.magicLength && Self.isTarHead(bytes)
    }
  }

  /// The head of a tar archive has the octal sum of its bytes at 148, taken with spaces in the sum's own place; also
  /// where it is older than the mark `ustar`.
  private static func isTarHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let field = bytes[148..<156]
    let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    guard (4...7).contains(digits.count) else { return false }
    let written = digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
    let sum = bytes[..<magicLength].reduce(0) { $0 + Int($1) } - field.reduce(0) { $0 + Int($1) } + 8 * 0x20
    return written == sum
  }

  var name: String {
    switch self {
    case .zip: "a zip archive"
    case .bzip2: "compressed with bzip2"
    case .xz: "compressed with xz"
    case .sevenZip: "a 7z archive"
    case .lz4: "compressed with lz4"
    case .tar: "a tar archive"
    }
  }

  /// The line that unpacks it.
  /// - Parameter file: a shell word; nil for standard input.
  func remedy(_ file: String?) -> String {
    guard let file else { return "unpack it on the way: … | \(pipe) | sluice run …" }
    return switch self {
    case .zip: "unpack it: unzip \(file)"
    case .bzip2: "unpack it: bzip2 -dk \(file)"
    case .xz: "unpack it: xz -dk \(file)"
    case .sevenZip: "unpack it: 7z x \(file)"
    case .lz4: "unpack it: lz4 -d \(file)"
    case .tar: "unpack it: tar -xf \(file)"
    }
  }

  private var pipe: String {
    switch self {
    case .zip: "bsdtar -xOf -"
    case .bzip2: "bzip2 -dc"
    case .xz: "xz -dc"
    case .sevenZip: "bsdtar -xOf -"
    case .lz4: "lz4 -dc"
    case .tar: "tar -xOf -"
    }
  }
}
