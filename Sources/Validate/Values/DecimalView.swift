import Records
import Scalars

/// A decimal number where it lies: 0.d₁d₂…dₙ × 10^magnitude, with d₁ ≠ 0 ≠ dₙ; zero has no digits.
struct DecimalView {
  private enum Source {
    case text(DecimalText)
    case field(BinaryNumeric)
  }

  private let source: Source
  /// Which digit of the source is d₁.
  private let first: Int
  /// How many digits there are.
  let count: Int
  let magnitude: Int
  let isNegative: Bool

  init(_ number: DecimalText) {
    self.init(.text(number), number.significant, isNegative: number.isNegative) { number.power(ofDigit: $0) }
  }

  /// A number that is finite.
  init(_ number: BinaryNumeric) {
    self.init(.field(number), number.significant, isNegative: number.sign == .negative) { number.power(ofDigit: $0) }
  }

  private init(_ source: Source, _ significant: ClosedRange<Int>?, isNegative: Bool, power: (Int) -> Int) {
    self.source = source
    self.isNegative = isNegative
    first = significant?.lowerBound ?? 0
    count = significant?.count ?? 0
    magnitude = significant.map { power($0.lowerBound) + 1 } ?? 0
  }

  var isZero: Bool { count == 0 }

  /// The `i`th digit, from 0; behind the last one zeros follow.
  func digit(_ i: Int) -> UInt8 {
    guard i < count else { return 0 }
    return switch source {
    case .text(let number): number.digit(first + i)
    case .field(let number): number.digit(first + i)
    }
  }

  /// Nothing but zeros after the point.
  var isInteger: Bool { count <= max(0, magnitude) }

  /// The number, where it is an integer of at most 18 digits.
  var smallInteger: Int64? {
    guard isInteger, magnitude <= 18 else { return nil }
    var value: Int64 = 0
    for i in 0..<magnitude { value = value * 10 + Int64(digit(i)) }
    return isNegative ? -value : value
  }
}
