/// A 128-bit digest of a row, or a sum of such digests modulo 2^128. Order does not matter to a sum, repetition does.
public struct RowDigest: Sendable, Hashable, Codable, BitwiseCopyable {
  public var high: UInt64
  public var low: UInt64

  @inlinable public init(high: UInt64 = 0, low: UInt64 = 0) {
    self.high = high
    self.low = low
  }

  /// Adds modulo 2^128.
  @inlinable public static func &+= (left: inout RowDigest, right: RowDigest) {
    let (low, carry) = left.low.addingReportingOverflow(right.low)
    left.low = low
    left.high = left.high &+ right.high &+ (carry ? 1 : 0)
  }

  /// Subtracts modulo 2^128.
  @inlinable public static func &-= (left: inout RowDigest, right: RowDigest) {
    let (low, borrow) = left.low.subtractingReportingOverflow(right.low)
    left.low = low
    left.high = left.high &- right.high &- (borrow ? 1 : 0)
  }
}

extension RowDigest: CustomStringConvertible, LosslessStringConvertible {
  /// 32 lower-case hexadecimal digits, most significant first.
  public var description: String {
    func hex(_ word: UInt64) -> String {
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    return hex(high) + hex(low)
  }

  public init?(_ text: String) {
    let isHexadecimal = text.utf8.allSatisfy {
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
    }
    guard text.utf8.count == 32, isHexadecimal, let high = UInt64(text.prefix(16), radix: 16),
      let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }
}
