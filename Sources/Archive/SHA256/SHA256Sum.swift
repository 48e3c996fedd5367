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

  /// - Parameter write: writes the 32 bytes of a hash.
  init(_ write: (UnsafeMutablePointer<UInt8>) -> Void) {
    words = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.byteCount) { digest in
      guard let start = digest.baseAddress else { return .zero }
      write(start)
      return Self.words(of: UnsafeRawBufferPointer(digest))
    }
  }

  private static func words(of bytes: UnsafeRawBufferPointer) -> SIMD4<UInt64> {
    var words = SIMD4<UInt64>.zero
    for place in 0..<4 {
      words[place] = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
    }
    return words
  }

  public static let byteCount = 32

  /// The hash as its 32 bytes.
  public var bytes: [UInt8] {
    (0..<Self.byteCount).map { UInt8(truncatingIfNeeded: words[$0 >> 3] >> UInt64(56 - ($0 & 7) * 8)) }
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
