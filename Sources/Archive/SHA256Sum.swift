import Crypto

/// A SHA-256 hash, 32 bytes without a heap allocation.
public struct SHA256Sum: Hashable, Sendable, CustomStringConvertible {
  private let words: SIMD4<UInt64>

  /// 64 zeros in hexadecimal: what stands in for the line before the first one.
  public static let zero = SHA256Sum(words: .zero)

  private init(words: SIMD4<UInt64>) { self.words = words }

  /// Reads 64 lower-case hexadecimal digits; nil for anything else, so that a hash has one spelling.
  public init?(hex: some Collection<UInt8>) {
    guard hex.count == 64 else { return nil }
    var words = SIMD4<UInt64>.zero
    for (place, digit) in hex.enumerated() {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit &- UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit &- UInt8(ascii: "a") &+ 10
      default: return nil
      }
      words[place >> 4] = words[place >> 4] << 4 | UInt64(value)
    }
    self.words = words
  }

  /// The hash of `bytes`.
  public init(of bytes: UnsafeRawBufferPointer) {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    self.init(hash)
  }

  /// The hash of everything that `hash` was given so far.
  init(_ hash: SHA256) {
    words = hash.finalize().withUnsafeBytes { bytes in
      var words = SIMD4<UInt64>.zero
      for place in 0..<4 {
        words[place] = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
      }
      return words
    }
  }

  /// 64 lower-case hexadecimal digits.
  public var description: String {
    String(unsafeUninitializedCapacity: 64) { digits in
      for place in 0..<64 {
        let value = UInt8(truncatingIfNeeded: words[place >> 4] >> UInt64(60 - (place & 15) * 4)) & 15
        digits[place] = value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10
      }
      return 64
    }
  }
}

/// A SHA-256 hash of bytes that come piece by piece.
public struct RunningSHA256: Sendable {
  private var hash = SHA256()

  public init() {}

  public mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  /// The hash of everything that it was given so far.
  public var sum: SHA256Sum { SHA256Sum(hash) }
}
