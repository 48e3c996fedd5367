import Records

/// A 128-bit hash of a list of 16-byte blocks: two 64-bit lanes, each one multiply-and-fold a block.
///
/// Specified in `CanonicalForm.md`, with test vectors. It finds accidents, not malice: whoever knows it can make two rows
/// that collide. A lane sees every bit of every block, and the lanes differ in which operand carries their state, so a
/// product that happens to be zero blinds one of them only.
struct DigestHash: BitwiseCopyable, Sendable {
  private(set) var a: UInt64
  private(set) var b: UInt64

  /// What is being hashed; every context begins from a state of its own.
  enum Context: UInt64 {
    case row = 1
    case key, column, member, array
  }

  // The fractional digits of pi, in words of 64 bits.
  private static let blockA: UInt64 = 0x243F_6A88_85A3_08D3
  private static let blockB: UInt64 = 0x082E_FA98_EC4E_6C89
  private static let startA: UInt64 = 0x4528_21E6_38D0_1377
  private static let startB: UInt64 = 0xC0AC_29B7_C97C_50DD
  private static let highA: UInt64 = 0x3F84_D5B5_B547_0917
  private static let highB: UInt64 = 0x9216_D5D9_8979_FB1B
  private static let lowA: UInt64 = 0x2FFD_72DB_D01A_DFB7
  private static let lowB: UInt64 = 0xBA7C_9045_F12C_7F99

  @inline(__always) init(_ context: Context) {
    a = Self.startA ^ context.rawValue
    b = Self.startB ^ context.rawValue
  }

  /// Absorbs one block; `x` is its first eight bytes as a little-endian word, `y` the other eight.
  @inline(__always) mutating func absorb(_ x: UInt64, _ y: UInt64) {
    a = Self.fold(x ^ Self.blockA, y ^ a)
    b = Self.fold(y ^ Self.blockB, x ^ b)
  }

  /// Absorbs the block that ends a value: 56 bits of payload under the kind.
  @inline(__always) mutating func absorb(_ x: UInt64, _ kind: BlockKind, _ payload: UInt64 = 0) {
    absorb(x, payload | UInt64(kind.rawValue) &<< 56)
  }

  /// Absorbs a digest made in another context as one block.
  @inline(__always) mutating func absorb(_ digest: RowDigest) {
    absorb(digest.high, digest.low)
  }

  /// The digest of everything absorbed so far.
  @inline(__always) func finish() -> RowDigest {
    RowDigest(high: Self.fold(a ^ Self.highA, b ^ Self.highB), low: Self.fold(a ^ Self.lowA, b ^ Self.lowB))
  }

  @inline(__always) private static func fold(_ x: UInt64, _ y: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: y)
    return product.high ^ product.low
  }
}

/// The last byte of a value's last block. 0 to 15 are texts of that many bytes; see `DigestHash.absorb(text:)`.
enum BlockKind: UInt8 {
  /// SQL NULL
  case null = 0x4E  // N
  /// The `null` of JSON, inside jsonb.
  case jsonNull = 0x6E  // n
  case `true` = 0x74  // t
  case `false` = 0x66  // f
  /// A decimal of at most 19 digits.
  case decimal = 0x64  // d
  /// A decimal of more digits, which stand in the blocks before.
  case longDecimal = 0x44  // D
  case float4 = 0x34  // 4
  case float8 = 0x38  // 8
  /// NaN or an infinity of a type that is not `float4` or `float8`.
  case special = 0x78  // x
  /// A text of more than 15 bytes, which stand in the blocks before.
  case text = 0x73  // s
  case uuid = 0x75  // u
  case date = 0x59  // Y
  case time = 0x68  // h
  case timestamp = 0x70  // p
  case timestamptz = 0x7A  // z
  case interval = 0x76  // v
  case inet = 0x69  // i
  case array = 0x41  // A
  case object = 0x4F  // O
  /// An array PostgreSQL printed with bounds of its own or more than one dimension; as text.
  case irregularArray = 0x61  // a
  /// A source value that no form takes; never equal to what a table holds.
  case unreadableSource = 0x3F  // ?
  /// A printed value that no form takes; never equal to what a source says.
  case unreadableTable = 0x21  // !
}
