/// A decimal number as it was written, brought to its one canonical form: no zeros at either end of its digits.
///
/// Exponents are counted, never expanded, and stop at ±2^30, far beyond what PostgreSQL stores.
struct ExactDecimal {
  /// The significant digits as a number, where there are at most 19; zero for zero.
  var mantissa: UInt64
  /// The power of ten of the last digit; 0 for zero.
  var exponent: Int
  /// As written; means nothing for zero, unless the value becomes a float.
  var isNegative: Bool
  /// More than 19 significant digits, in ASCII; they lie in the scratch memory they were read with.
  var long: ByteRun?

  static let exponentLimit = 1 << 30

  @inline(__always) init(mantissa: UInt64, exponent: Int = 0, isNegative: Bool = false) {
    self.mantissa = mantissa
    self.exponent = exponent
    self.isNegative = isNegative
    long = nil
    normalize()
  }

  @inline(__always) init(_ value: Int64) {
    self.init(mantissa: value.magnitude, isNegative: value < 0)
  }

  @inline(__always) private mutating func normalize() {
    if mantissa == 0 {
      exponent = 0
      return
    }
    while mantissa & 1 == 0, mantissa % 10 == 0 {
      mantissa /= 10
      exponent &+= 1
    }
  }

  /// Reads a number at `place`, up to the first byte that does not belong to it, and moves `place` there. Nil where
  /// there is none. Takes what JSON and PostgreSQL write, and a leading `+` or zeros as well.
  @inline(__always) init?(at place: inout UnsafePointer<UInt8>, of run: ByteRun, digits scratch: GrowingBytes) {
    let start = place
    var p = place
    let end = run.end
    isNegative = false
    if p < end, p.pointee == 0x2D || p.pointee == 0x2B {
      isNegative = p.pointee == 0x2D
      p += 1
    }
    var value: UInt64 = 0
    let integer = p
    while p < end, p.pointee &- 0x30 < 10 {
      value = value &* 10 &+ UInt64(p.pointee &- 0x30)
      p += 1
    }
    var count = p - integer
    var power = 0
    if p < end, p.pointee == 0x2E {
      p += 1
      let fraction = p
      while p < end, p.pointee &- 0x30 < 10 {
        value = value &* 10 &+ UInt64(p.pointee &- 0x30)
        p += 1
      }
      power = fraction - p
      count &-= power
    }
    guard count > 0 else { return nil }
    let mantissaEnd = p
    if p < end, p.pointee | 0x20 == 0x65 {
      guard let written = Self.readExponent(after: &p, end: end) else { return nil }
      power &+= written
    }
    place = p
    mantissa = value
    exponent = power
    long = nil
    if count > 19 {
      self = Self(longFrom: start, to: mantissaEnd, exponent: power, isNegative: isNegative, digits: scratch)
    } else {
      normalize()
    }
  }

  /// Reads the whole of `run` as a number.
  init?(_ run: ByteRun, digits scratch: GrowingBytes) {
    var place = run.start
    self.init(at: &place, of: run, digits: scratch)
    guard place == run.end else { return nil }
  }

  private static func readExponent(after place: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Int? {
    var p = place + 1
    var isNegative = false
    if p < end, p.pointee == 0x2D || p.pointee == 0x2B {
      isNegative = p.pointee == 0x2D
      p += 1
    }
    let first = p
    var value = 0
    while p < end, p.pointee &- 0x30 < 10 {
      value = min(value &* 10 &+ Int(p.pointee &- 0x30), exponentLimit)
      p += 1
    }
    guard p > first else { return nil }
    place = p
    return isNegative ? -value : value
  }

  /// The slow path: the digits, point and sign between two places, of which there are more than 19.
  @inline(never) private init(
    longFrom start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, exponent: Int, isNegative: Bool,
    digits scratch: GrowingBytes
  ) {
    let digits = scratch.room(for: end - start)
    var count = 0
    var p = start
    while p < end {
      let isDigit = p.pointee &- 0x30 < 10
      if isDigit, count > 0 || p.pointee != 0x30 {
        digits[count] = p.pointee
        count &+= 1
      }
      p += 1
    }
    self.init(digits: scratch, count: count, exponent: exponent, isNegative: isNegative)
  }

  /// From `count` digits in `scratch`, the first of them not zero.
  private init(digits scratch: GrowingBytes, count: Int, exponent: Int, isNegative: Bool) {
    var count = count
    var exponent = exponent
    while count > 0, scratch.start[count &- 1] == 0x30 {
      count &-= 1
      exponent &+= 1
    }
    self.isNegative = isNegative
    mantissa = 0
    self.exponent = count == 0 ? 0 : exponent
    long = count > 19 ? scratch.run(count) : nil
    if count <= 19 {
      for i in 0..<count { mantissa = mantissa &* 10 &+ UInt64(scratch.start[i] &- 0x30) }
    }
  }

  @inline(__always) var isZero: Bool { mantissa == 0 && long == nil }

  /// Rounded half away from zero to `scale` digits after the point (before it, where negative).
  mutating func round(toScale scale: Int, digits scratch: GrowingBytes) {
    let dropped = -scale &- exponent
    guard dropped > 0, !isZero else { return }
    let count = long?.count ?? Self.write(mantissa, to: scratch.room(for: 24))
    let digits = scratch.start
    guard dropped <= count else {
      self = Self(mantissa: 0)
      return
    }
    let kept = count &- dropped
    let roundsUp = digits[kept] >= 0x35
    guard kept > 0 else {
      self = Self(mantissa: roundsUp ? 1 : 0, exponent: -scale, isNegative: isNegative)
      return
    }
    var carry = kept
    if roundsUp {
      while carry > 0, digits[carry &- 1] == 0x39 {
        digits[carry &- 1] = 0x30
        carry &-= 1
      }
      guard carry > 0 else {
        self = Self(mantissa: 1, exponent: kept &- scale, isNegative: isNegative)
        return
      }
      digits[carry &- 1] &+= 1
    }
    self = Self(digits: scratch, count: kept, exponent: -scale, isNegative: isNegative)
  }

  /// Writes a number's digits; at most 20 of them. Returns how many.
  static func write(_ value: UInt64, to place: UnsafeMutablePointer<UInt8>) -> Int {
    var count = 0
    var rest = value
    repeat {
      place[count] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
      rest /= 10
      count &+= 1
    } while rest > 0
    for i in 0..<count / 2 { swap(&place[i], &place[count - 1 - i]) }
    return count
  }
}

extension DigestHash {
  /// Absorbs a decimal: one block of mantissa, sign and exponent, or the blocks of its digits and one of their count.
  @inline(__always) mutating func absorb(_ decimal: ExactDecimal) {
    let power = UInt64(UInt32(truncatingIfNeeded: decimal.exponent))
    if let long = decimal.long {
      absorb(blocks: long)
      absorb(UInt64(truncatingIfNeeded: long.count), .longDecimal, power | (decimal.isNegative ? 1 &<< 32 : 0))
    } else {
      absorb(decimal.mantissa, .decimal, power | (decimal.isNegative && decimal.mantissa != 0 ? 1 &<< 32 : 0))
    }
  }
}
