internal import Scalars

/// A numeric in PostgreSQL's binary format: digits of base 10000, of which the first stands for 10000 to the weight. Its
/// decimal digits are counted from 0.
public struct BinaryNumeric {
  public enum Sign: UInt16, Sendable {
    case positive = 0x0000
    case negative = 0x4000
    case nan = 0xC000
    case infinity = 0xD000
    case minusInfinity = 0xF000
  }

  public let sign: Sign
  private let weight: Int
  private let groups: UnsafeRawBufferPointer

  /// Nil where the bytes are no numeric.
  public init?(_ field: UnsafeRawBufferPointer) {
    func half(_ place: Int) -> UInt16 {
      UInt16(bigEndian: field.loadUnaligned(fromByteOffset: place * 2, as: UInt16.self))
    }
    guard field.count >= 8, field.count == 8 + Int(half(0)) * 2, let sign = Sign(rawValue: half(2)) else { return nil }
    self.sign = sign
    weight = Int(Int16(bitPattern: half(1)))
    groups = UnsafeRawBufferPointer(rebasing: field[8...])
  }

  public func digit(_ i: Int) -> UInt8 {
    let group = UInt16(bigEndian: groups.loadUnaligned(fromByteOffset: i / 4 * 2, as: UInt16.self))
    let shifted =
      switch i & 3 {
      case 0: group / 1000
      case 1: group / 100
      case 2: group / 10
      default: group
      }
    return UInt8(shifted % 10)
  }

  /// The power of ten of the `i`th digit.
  public func power(ofDigit i: Int) -> Int { 4 * weight + 3 - i }

  /// The first and the last digit that is not zero; nil for zero.
  public var significant: ClosedRange<Int>? { significantDigits(of: groups.count * 2) { digit($0) } }
}
