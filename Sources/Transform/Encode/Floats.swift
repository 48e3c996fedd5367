import Platform
import Records
import Scalars

extension FieldEncoder {
  mutating func encodeFloat8(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let result: Double
    if let special = try specialFloat(value) {
      result = special
    } else {
      let number = try decimal(of: value)
      result = number.shortDouble ?? number.careful { strtod($0, nil) }
      guard result.isFinite else { throw problem(.infinite, value.kind) }
    }
    sink.append(bigEndian: Int32(8))
    sink.append(bigEndian: result.bitPattern)
  }

  mutating func encodeFloat4(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let result: Float
    if let special = try specialFloat(value) {
      result = Float(special)
    } else {
      let number = try decimal(of: value)
      result = number.shortDouble.flatMap(Float.init(roundedOnce:)) ?? number.careful { strtof($0, nil) }
      guard result.isFinite else { throw problem(.infinite, value.kind) }
    }
    sink.append(bigEndian: Int32(4))
    sink.append(bigEndian: result.bitPattern)
  }

  /// NaN and the infinities, which only strings can say, and only `coerce: lenient` takes.
  private mutating func specialFloat(_ value: Lexeme) throws(ValueProblem) -> Double? {
    guard value.kind == .string else { return nil }
    let text = value.text.trimmed
    let special: Double
    if text.equalsIgnoringCase("nan") {
      special = .nan
    } else if text.equalsIgnoringCase("infinity") {
      special = .infinity
    } else if text.equalsIgnoringCase("-infinity") {
      special = -.infinity
    } else {
      return nil
    }
    try coerce(.notANumber, .string)
    return special
  }
}

extension DecimalText {
  /// The nearest double of a number whose mantissa and power of ten are both exact as doubles: then one multiplication
  /// or division rounds once (Clinger 1990). Nil for the others.
  fileprivate var shortDouble: Double? {
    guard digitCount <= 19 else { return nil }
    var mantissa: UInt64 = 0
    for i in 0..<digitCount { mantissa = mantissa &* 10 &+ UInt64(digit(i)) }
    let power = exponent &- fractionDigits
    guard mantissa <= 1 << 53, power >= -22, power <= 22 else { return nil }
    let whole = Double(mantissa)
    let magnitude = power < 0 ? whole / exactPowersOfTen[-power] : whole * exactPowersOfTen[power]
    return isNegative ? -magnitude : magnitude
  }

  /// The nearest value by the C library's `convert`, which rounds correctly. It is given digits and an exponent but no
  /// point, so the locale has no say, and at most `most` digits: a double's half-way cases have 767, and any digit
  /// beyond them only has to be told apart from zero.
  @inline(never)
  fileprivate func careful<F: BinaryFloatingPoint>(_ convert: (UnsafePointer<CChar>) -> F) -> F {
    guard let significant else { return isNegative ? -0.0 : 0.0 }
    let most = 800
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: most + 32) { buffer in
      var count = 0
      func put(_ byte: UInt8) {
        buffer[count] = CChar(truncatingIfNeeded: byte)
        count &+= 1
      }
      if isNegative { put(0x2D) }
      let last = min(significant.upperBound, significant.lowerBound &+ most &- 1)
      for i in significant.lowerBound...last { put(digit(i) &+ 0x30) }
      var power = power(ofDigit: last)
      if last < significant.upperBound {
        put(0x31)
        power &-= 1
      }
      // Beyond these every number is zero or infinite.
      power = min(max(power, -9999), 9999)
      put(0x65)
      if power < 0 { put(0x2D) }
      for unit in [1000, 100, 10, 1] { put(UInt8(truncatingIfNeeded: abs(power) / unit % 10) &+ 0x30) }
      put(0)
      return buffer.baseAddress.map { convert($0) } ?? .nan
    }
  }
}

extension Float {
  /// The float nearest to the decimal that `double` is nearest to. Rounding twice goes wrong only when the double lies
  /// exactly between two floats: then, and where floats are subnormal or end, nil.
  fileprivate init?(roundedOnce double: Double) {
    let isBetween = double.bitPattern & 0x1FFF_FFFF == 0x1000_0000
    let isOrdinary = double == 0 || (double.magnitude >= 0x1p-126 && double.magnitude < 0x1p127)
    guard isOrdinary, !isBetween else { return nil }
    self.init(double)
  }
}

private let exactPowersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]
