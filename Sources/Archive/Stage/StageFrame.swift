/// How a stage file is put together: zstd frames, each behind a skippable frame of ours, which every decoder passes over.
///
/// A skippable frame holds a kind, a body and a seal: the SHA-256 of the seal before it, the kind and the body. The
/// body of a block has the SHA-256 of the zstd frame behind it. So every byte is covered, and so is the order.
enum StageFrame {
  static let magic: UInt32 = 0x184D_2A5A
  static let headerBytes = 8
  static let sealBytes = 32
  /// The most that one block may hold: bounds the memory of every reader.
  static let largestBlock = 0x7FFF_FFFF
  /// The most that a head or foot may have.
  static let largestJSON = 4 << 20

  enum Kind: UInt8 {
    /// JSON: `StageHead`.
    case head = 0x48
    /// Data that belongs to the format and not to a batch: header and trailer of COPY.
    case fixed = 0x50
    /// A batch: what places its records or rows, and behind it their bytes.
    case block = 0x42
    /// JSON: `StageFoot`.
    case foot = 0x46
  }
}
