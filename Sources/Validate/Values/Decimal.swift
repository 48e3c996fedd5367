import Scalars

/// An exact decimal number that a rule names.
struct Decimal: Equatable, Comparable {
  let isNegative: Bool
  /// 0.d₁d₂d₃… × 10^magnitude
  let magnitude: Int
  /// d₁ ≠ 0, and the last is not 0 either; empty for zero.
  let digits: [UInt8]

  init(_ view: DecimalView) {
    digits = (0..<view.count).map(view.digit)
    isNegative = view.isNegative && !view.isZero
    magnitude = view.magnitude
  }

  /// A number as JSON writes it; nil for anything else.
  init?(_ text: String) {
    var text = text
    let decimal: Decimal? = text.withUTF8 { bytes in
      guard let number = DecimalText(UnsafeRawBufferPointer(bytes)), number.isPlain else { return nil }
      return Decimal(DecimalView(number))
    }
    guard let decimal else { return nil }
    self = decimal
  }

  static func < (left: Decimal, right: Decimal) -> Bool {
    guard left.sign == right.sign else { return left.sign < right.sign }
    let (small, large) = left.isNegative ? (right, left) : (left, right)
    guard small.magnitude == large.magnitude else { return small.magnitude < large.magnitude }
    return small.digits.lexicographicallyPrecedes(large.digits)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  /// Below 0, 0 or above 0, as `view` is below, equal to or above this number.
  func order(of view: DecimalView) -> Int {
    let sign = view.isZero ? 0 : view.isNegative ? -1 : 1
    guard sign == self.sign, sign != 0 else { return sign - self.sign }
    guard view.magnitude == magnitude else { return view.magnitude > magnitude ? sign : -sign }
    for i in 0..<max(digits.count, view.count) {
      let (ours, theirs) = (i < digits.count ? digits[i] : 0, view.digit(i))
      if theirs != ours { return theirs > ours ? sign : -sign }
    }
    return 0
  }

  /// The least integer not below, or the greatest not above, this number; nil where that is no `Int64`.
  func integer(roundingUp: Bool) -> Int64? {
    guard magnitude <= 19 else { return nil }
    var value: Int64 = 0
    for place in 0..<max(0, magnitude) {
      let digit = Int64(place < digits.count ? digits[place] : 0)
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.subtractingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
    }
    let isWhole = digits.count <= max(0, magnitude)
    if !isWhole, isNegative != roundingUp {
      let (away, overflow) = value.subtractingReportingOverflow(1)
      if overflow { return nil }
      value = away
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }
}
