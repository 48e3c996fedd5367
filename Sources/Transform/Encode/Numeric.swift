import Records
import Scalars

/// `numeric(p,s)`
struct DecimalLimit: Sendable {
  var precision: Int
  /// Digits kept after the point; negative where digits before it are rounded away.
  var scale: Int
}

extension FieldEncoder {
  mutating func encodeNumeric(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    switch value.kind {
    case .true, .false:
      try coerce(.wrongKind, value.kind)
      try encodeDecimal(value.kind == .true ? .one : .zero, value.kind, into: &sink)
    default:
      try encodeDecimal(try decimal(of: value), value.kind, into: &sink)
    }
  }

  private mutating func encodeDecimal(
    _ number: DecimalText, _ found: TokenKind, into sink: inout ByteSink
  ) throws(ValueProblem) {
    guard let limit = decimalLimit else {
      guard let size = NumericSize(number, scale: number.scale) else { throw problem(.outOfRange, found) }
      return size.write(number, into: &sink)
    }
    guard let significant = number.significant, number.power(ofDigit: significant.upperBound) < -limit.scale else {
      return try encodeExact(number, limit, found, into: &sink)
    }
    try coerce(.notExact, found)
    var memory: [UInt8] = []
    swap(&memory, &scratch)
    defer { swap(&memory, &scratch) }
    number.writeRounded(to: -limit.scale, into: &memory)
    try memory.withUnsafeBufferPointer { digits throws(ValueProblem) in
      let rounded = DecimalText(
        digits: UnsafeRawBufferPointer(digits), isNegative: number.isNegative, exponent: -limit.scale)
      try encodeExact(rounded, limit, found, into: &sink)
    }
  }

  /// A number that has no digit beyond the column's scale.
  private func encodeExact(
    _ number: DecimalText, _ limit: DecimalLimit, _ found: TokenKind, into sink: inout ByteSink
  ) throws(ValueProblem) {
    guard let size = NumericSize(number, scale: max(limit.scale, 0)),
      size.isZero || size.highest < limit.precision - limit.scale
    else { throw problem(.outOfRange, found) }
    size.write(number, into: &sink)
  }
}

/// How PostgreSQL stores a number: digits of base 10000, of which the first stands for 10000 to the `weight`.
struct NumericSize {
  let scale: Int
  /// Which digits are stored; nil for zero.
  private let significant: ClosedRange<Int>?
  /// The power of ten of the first of them.
  let highest: Int
  let weight: Int
  let digitCount: Int

  var isZero: Bool { significant == nil }

  /// Nil when the number is beyond 131072 digits before or 16383 after the point.
  init?(_ number: DecimalText, scale: Int) {
    guard scale <= 16383 else { return nil }
    self.scale = scale
    significant = number.significant
    guard let significant else {
      highest = 0
      weight = 0
      digitCount = 0
      return
    }
    highest = number.power(ofDigit: significant.lowerBound)
    guard highest <= 131071 else { return nil }
    weight = highest >> 2
    digitCount = weight &- (number.power(ofDigit: significant.upperBound) >> 2) &+ 1
  }

  /// Bytes of the stored value, header included: it is shorter where weight and scale are small.
  var storedBytes: Int {
    let isShort = weight >= -64 && weight <= 63 && scale <= 63
    return (isShort ? 6 : 8) &+ digitCount &* 2
  }

  /// Appends the field of `number`, whose size this is.
  func write(_ number: DecimalText, into sink: inout ByteSink) {
    sink.reserve(12 &+ digitCount &* 2)
    sink.append(bigEndian: Int32(truncatingIfNeeded: 8 &+ digitCount &* 2))
    sink.append(bigEndian: UInt16(truncatingIfNeeded: digitCount))
    sink.append(bigEndian: Int16(truncatingIfNeeded: weight))
    sink.append(bigEndian: number.isNegative && !isZero ? 0x4000 : 0 as UInt16)
    sink.append(bigEndian: UInt16(truncatingIfNeeded: scale))
    guard let significant else { return }
    var power = highest
    var digit: UInt16 = 0
    for i in significant.lowerBound...significant.upperBound {
      digit = digit &* 10 &+ UInt16(number.digit(i))
      if power & 3 == 0 {
        sink.append(bigEndian: digit)
        digit = 0
      }
      power &-= 1
    }
    // The power after the last digit: what is missing of its group is zeros.
    guard power & 3 != 3 else { return }
    for _ in 0...power & 3 { digit &*= 10 }
    sink.append(bigEndian: digit)
  }
}

extension DecimalText {
  static var zero: DecimalText { constant("0") }
  static var one: DecimalText { constant("1") }

  private static func constant(_ text: StaticString) -> DecimalText {
    let digits = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    return DecimalText(digits: digits, isNegative: false, exponent: 0)
  }

  /// Digits after the point, as PostgreSQL counts them: those written, less the exponent.
  var scale: Int { max(0, fractionDigits &- exponent) }

  /// Writes the digits down to `power` of ten, as ASCII, rounded half away from zero.
  fileprivate func writeRounded(to power: Int, into digits: inout [UInt8]) {
    digits.removeAll(keepingCapacity: true)
    digits.append(0x30)
    let last = index(ofPower: power)
    if last >= 0 {
      for i in 0...min(last, digitCount &- 1) { digits.append(digit(i) &+ 0x30) }
    }
    guard digit(ofPower: power &- 1) >= 5 else { return }
    var place = digits.count &- 1
    while digits[place] == 0x39 {
      digits[place] = 0x30
      place &-= 1
    }
    digits[place] &+= 1
  }
}
