import Archive

/// The chain of seals of a stage file.
enum StageSeals {
  private static let magic: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18]
  private static let header = 8
  private static let sealSize = 32

  /// A file that was changed, with seals that hold again, as far as its frames can be told apart.
  static func renewed(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var seal = [UInt8](repeating: 0, count: sealSize)
    var start: Int? = 0
    while let place = start, place + header <= file.count {
      let size = (0..<4).reduce(0) { $0 | Int(file[place + 4 + $1]) << (8 * $1) }
      let end = place + header + size
      guard size > sealSize, end <= file.count else { break }
      let body = place + header..<end - sealSize
      seal = (seal + file[body]).withUnsafeBytes { SHA256Sum(of: $0).bytes }
      file.replaceSubrange(end - sealSize..<end, with: seal)
      start = (end..<max(end, file.count - magic.count)).first { file[$0..<$0 + magic.count].elementsEqual(magic) }
    }
    return file
  }
}
