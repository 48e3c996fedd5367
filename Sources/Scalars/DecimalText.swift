/// A decimal number as it is written: `-12.50e3`. Nothing is converted, so nothing is lost; sizes are those of the
/// text, and the exponent is bounded, so arithmetic on them cannot overflow.
public struct DecimalText {
  /// The mantissa's text: digits, with a point after `integerDigits` of them where `fractionDigits` is not 0.
  public let mantissa: UnsafeRawBufferPointer
  public let isNegative: Bool
  public let integerDigits: Int
  public let fractionDigits: Int
  /// The exponent as written, at most `largestExponent` either way.
  public let exponent: Int
  /// False where JSON would not write it so: a leading `+` or leading zeros.
  public let isPlain: Bool

  /// More than any text that a token can hold makes good again, far less than an `Int` holds.
  public static let largestExponent = 1 << 40

  /// Nil when `text` is not `[+-]digits[.digits][e[+-]digits]`.
  public init?(_ text: UnsafeRawBufferPointer) {
    let count = text.count
    var place = 0
    func digitsEnd(from start: Int) -> Int {
      var place = start
      while place < count, text[place].isDigit { place &+= 1 }
      return place
    }

    let sign = count > 0 ? text[0] : 0
    if sign == 0x2D || sign == 0x2B { place = 1 }
    let start = place
    place = digitsEnd(from: start)
    let integerDigits = place &- start
    guard integerDigits > 0 else { return nil }

    var fractionDigits = 0
    if place < count, text[place] == 0x2E {
      let end = digitsEnd(from: place &+ 1)
      fractionDigits = end &- place &- 1
      guard fractionDigits > 0 else { return nil }
      place = end
    }
    let end = place
    var exponent = 0
    if place < count {
      guard text[place] | 0x20 == 0x65,
        let value = Self.exponent(UnsafeRawBufferPointer(rebasing: text[(place &+ 1)...]))
      else { return nil }
      exponent = value
    }

    mantissa = UnsafeRawBufferPointer(rebasing: text[start..<end])
    isNegative = sign == 0x2D
    self.integerDigits = integerDigits
    self.fractionDigits = fractionDigits
    self.exponent = exponent
    isPlain = sign != 0x2B && (integerDigits == 1 || text[start] != 0x30)
  }

  /// A number of `digits` alone, times a power of ten.
  public init(digits: UnsafeRawBufferPointer, isNegative: Bool, exponent: Int) {
    mantissa = digits
    self.isNegative = isNegative
    integerDigits = digits.count
    fractionDigits = 0
    self.exponent = exponent
    isPlain = true
  }

  /// Whether a text is a number as RFC 8259 writes it.
  public static func isNumber(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { DecimalText(UnsafeRawBufferPointer($0))?.isPlain ?? false }
  }

  private static func exponent(_ text: UnsafeRawBufferPointer) -> Int? {
    var value = 0
    var place = 0
    let isNegative = text.first == 0x2D
    if isNegative || text.first == 0x2B { place = 1 }
    guard place < text.count else { return nil }
    while place < text.count {
      let digit = text[place] &- 0x30
      guard digit <= 9 else { return nil }
      if value < largestExponent { value = value &* 10 &+ Int(digit) }
      place &+= 1
    }
    value = min(value, largestExponent)
    return isNegative ? -value : value
  }

  @inlinable public var digitCount: Int { integerDigits &+ fractionDigits }

  /// The `i`th digit of the mantissa, from 0.
  @inlinable public func digit(_ i: Int) -> UInt8 { mantissa[i < integerDigits ? i : i &+ 1] &- 0x30 }

  /// The power of ten of the `i`th digit.
  @inlinable public func power(ofDigit i: Int) -> Int { integerDigits &- 1 &- i &+ exponent }

  /// Which digit stands for `power` of ten: it may lie outside of the mantissa.
  @inlinable public func index(ofPower power: Int) -> Int { integerDigits &- 1 &- power &+ exponent }

  /// The digit that stands for `power` of ten, be it written or not.
  @inlinable public func digit(ofPower power: Int) -> UInt8 {
    let i = index(ofPower: power)
    return i >= 0 && i < digitCount ? digit(i) : 0
  }

  /// The first and the last digit that is not zero; nil for zero.
  public var significant: ClosedRange<Int>? { significantDigits(of: digitCount) { digit($0) } }
}

/// Which of a number's digits are left without the zeros at both ends; nil where all are zeros.
@inlinable public func significantDigits(of count: Int, _ digit: (Int) -> UInt8) -> ClosedRange<Int>? {
  var first = 0
  while first < count, digit(first) == 0 { first &+= 1 }
  guard first < count else { return nil }
  var last = count &- 1
  while digit(last) == 0 { last &-= 1 }
  return first...last
}
