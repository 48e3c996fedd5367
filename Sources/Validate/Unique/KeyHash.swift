/// The 128 bits that stand for a key. Two keys with the same hash count as the same key: among 10 million different
/// keys that happens by chance once in 10^24 runs.
public struct KeyHash: Sendable, Hashable, Comparable, BitwiseCopyable {
  public var high: UInt64
  public var low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  public static func < (left: KeyHash, right: KeyHash) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }
}

/// SipHash-2-4 with 128 bits of output: a key drawn anew each run keeps crafted data from colliding.
///
/// Copy a fresh hasher, append the parts of one key, take `hash`. Parts are not delimited: whoever appends text of
/// varying length also appends its length.
public struct KeyHasher: Sendable {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  private var tail: UInt64 = 0
  private var tailBits: UInt64 = 0
  private var count: UInt64 = 0

  /// A hasher with a key of its own.
  public init() {
    var random = SystemRandomNumberGenerator()
    self.init(k0: random.next(), k1: random.next())
  }

  public init(k0: UInt64, k1: UInt64) {
    v0 = 0x736f_6d65_7073_6575 ^ k0
    v1 = 0x646f_7261_6e64_6f6d ^ k1 ^ 0xEE
    v2 = 0x6c79_6765_6e65_7261 ^ k0
    v3 = 0x7465_6462_7974_6573 ^ k1
  }

  public mutating func append(_ byte: UInt8) {
    count &+= 1
    tail |= UInt64(byte) << tailBits
    tailBits &+= 8
    if tailBits == 64 {
      compress(tail)
      tail = 0
      tailBits = 0
    }
  }

  /// Appends eight bytes, the least significant first.
  public mutating func append(_ word: UInt64) {
    count &+= 8
    if tailBits == 0 {
      compress(word)
    } else {
      compress(tail | word << tailBits)
      tail = word >> (64 &- tailBits)
    }
  }

  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    var place = 0
    while place &+ 8 <= bytes.count {
      append(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
      place &+= 8
    }
    while place < bytes.count {
      append(bytes[place])
      place &+= 1
    }
  }

  /// The hash of everything appended so far.
  public var hash: KeyHash {
    var state = self
    return state.finish()
  }

  private mutating func finish() -> KeyHash {
    compress(tail | count << 56)
    v2 ^= 0xEE
    for _ in 0..<4 { round() }
    let first = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xDD
    for _ in 0..<4 { round() }
    return KeyHash(high: first, low: v0 ^ v1 ^ v2 ^ v3)
  }

  @inline(__always) private mutating func compress(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  @inline(__always) private mutating func round() {
    v0 &+= v1
    v1 = v1 << 13 | v1 >> 51
    v1 ^= v0
    v0 = v0 << 32 | v0 >> 32
    v2 &+= v3
    v3 = v3 << 16 | v3 >> 48
    v3 ^= v2
    v0 &+= v3
    v3 = v3 << 21 | v3 >> 43
    v3 ^= v0
    v2 &+= v1
    v1 = v1 << 17 | v1 >> 47
    v1 ^= v2
    v2 = v2 << 32 | v2 >> 32
  }
}
