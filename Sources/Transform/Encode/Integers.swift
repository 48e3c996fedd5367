import Records
import Scalars

extension FieldEncoder {
  @inline(__always)
  mutating func encodeInteger<I: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ value: Lexeme, as type: I.Type, into sink: inout ByteSink
  ) throws(ValueProblem) {
    let wide: Int64
    if value.kind == .number || value.kind == .string, let short = Int64(shortNumber: value.text) {
      wide = short
    } else {
      wide = try integer(value)
    }
    guard let integer = I(exactly: wide) else { throw problem(.outOfRange, value.kind) }
    sink.append(bigEndian: Int32(MemoryLayout<I>.size))
    sink.append(bigEndian: integer)
  }

  @inline(never)
  private mutating func integer(_ value: Lexeme) throws(ValueProblem) -> Int64 {
    if value.kind == .true || value.kind == .false {
      try coerce(.wrongKind, value.kind)
      return value.kind == .true ? 1 : 0
    }
    let number = try decimal(of: value)
    guard let significant = number.significant else { return 0 }
    if number.power(ofDigit: significant.upperBound) < 0 { try coerce(.notExact, value.kind) }
    let top = number.power(ofDigit: significant.lowerBound)
    // 19 digits fit into 64 bits without a sign.
    guard top <= 18 else { throw problem(.outOfRange, value.kind) }
    var magnitude: UInt64 = 0
    for power in stride(from: top, through: 0, by: -1) {
      magnitude = magnitude &* 10 &+ UInt64(number.digit(ofPower: power))
    }
    if number.digit(ofPower: -1) >= 5 { magnitude &+= 1 }
    guard let result = Int64(sign: number.isNegative, magnitude: magnitude) else {
      throw problem(.outOfRange, value.kind)
    }
    return result
  }
}

extension Int64 {
  /// Nil when it does not fit.
  fileprivate init?(sign isNegative: Bool, magnitude: UInt64) {
    if isNegative {
      guard magnitude <= Int64.min.magnitude else { return nil }
      self.init(truncatingIfNeeded: 0 &- magnitude)
    } else {
      self.init(exactly: magnitude)
    }
  }
}
