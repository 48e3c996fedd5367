/// Decimal to the nearest binary float, ties to even, whatever the locale.
///
/// The mantissa times a 128-bit power of five, rounded once: Lemire, "Number Parsing at a Gigabyte per Second" (2021);
/// Mushtak and Lemire, "Fast Number Parsing Without Fallback" (2022), show that 64 bits of mantissa need no other path.
enum NearestFloat {
  static func float8(_ decimal: ExactDecimal) -> UInt64 {
    let sign: UInt64 = decimal.isNegative ? 1 << 63 : 0
    return sign | magnitude(of: decimal, in: .float8) { Double($0)?.bitPattern }
  }

  static func float4(_ decimal: ExactDecimal) -> UInt32 {
    let sign: UInt32 = decimal.isNegative ? 1 << 31 : 0
    let bits = magnitude(of: decimal, in: .float4) { Float($0).map { UInt64($0.bitPattern) } }
    return sign | UInt32(truncatingIfNeeded: bits)
  }

  /// What tells the two formats apart.
  struct Format {
    var mantissaBits: Int
    var minimumExponent: Int
    var infinitePower: Int
    /// Powers of ten at which a product can lie exactly between two floats.
    var tiePowers: ClosedRange<Int>

    static let float8 = Format(mantissaBits: 52, minimumExponent: -1023, infinitePower: 0x7FF, tiePowers: -4...23)
    static let float4 = Format(mantissaBits: 23, minimumExponent: -127, infinitePower: 0xFF, tiePowers: -17...10)
  }

  @inline(__always) private static func magnitude(
    of decimal: ExactDecimal, in format: Format, read: (String) -> UInt64?
  ) -> UInt64 {
    guard let long = decimal.long else {
      return nearest(decimal.mantissa, power: decimal.exponent, in: format)
    }
    return magnitude(ofLong: long, exponent: decimal.exponent, in: format, read: read)
  }

  /// More than 19 digits: what the first 19 and the number after them agree on; else the standard library reads it all.
  @inline(never) private static func magnitude(
    ofLong digits: ByteRun, exponent: Int, in format: Format, read: (String) -> UInt64?
  ) -> UInt64 {
    var mantissa: UInt64 = 0
    for digit in digits.buffer[..<19] { mantissa = mantissa * 10 + UInt64(digit &- 0x30) }
    let power = exponent + digits.count - 19
    let below = nearest(mantissa, power: power, in: format)
    let above = nearest(mantissa + 1, power: power, in: format)
    if below == above { return below }
    return read(String(decoding: digits.buffer, as: UTF8.self) + "e\(exponent)") ?? below
  }

  private static func nearest(_ written: UInt64, power: Int, in format: Format) -> UInt64 {
    if written == 0 || power < PowersOfFive.range.lowerBound { return 0 }
    let infinity = UInt64(format.infinitePower) &<< UInt64(format.mantissaBits)
    if power > PowersOfFive.range.upperBound { return infinity }
    let zeros = written.leadingZeroBitCount
    let product = product(of: written &<< UInt64(zeros), power: power, bits: format.mantissaBits + 3)
    let upper = Int(product.high &>> 63)
    let shift = UInt64(upper + 64 - format.mantissaBits - 3)
    var mantissa = product.high &>> shift
    // 217706 / 2^16 is the binary logarithm of ten.
    var exponent = ((217_706 * power) >> 16) + 63 + upper - zeros - format.minimumExponent
    if exponent <= 0 {
      if exponent <= -63 { return 0 }
      mantissa >>= UInt64(1 - exponent)
      return (mantissa + (mantissa & 1)) >> 1
    }
    if product.low <= 1, mantissa & 3 == 1, format.tiePowers.contains(power), mantissa &<< shift == product.high {
      mantissa &= ~1
    }
    mantissa = (mantissa + (mantissa & 1)) >> 1
    let hidden = UInt64(1) &<< UInt64(format.mantissaBits)
    if mantissa >= hidden * 2 {
      mantissa = hidden
      exponent += 1
    }
    if exponent >= format.infinitePower { return infinity }
    return (mantissa & ~hidden) | UInt64(exponent) &<< UInt64(format.mantissaBits)
  }

  /// The top 128 bits of a product with a power of five, as exact as `bits` of it need.
  private static func product(of mantissa: UInt64, power: Int, bits: Int) -> (high: UInt64, low: UInt64) {
    let five = PowersOfFive.table[power - PowersOfFive.range.lowerBound]
    var (high, low) = mantissa.multipliedFullWidth(by: five.high)
    let mask = UInt64.max &>> UInt64(bits)
    if high & mask == mask {
      let more = mantissa.multipliedFullWidth(by: five.low).high
      let (sum, carries) = low.addingReportingOverflow(more)
      low = sum
      if carries { high &+= 1 }
    }
    return (high, low)
  }
}

/// The powers of five as 128-bit fractions, top bit set: cut off for positive powers, rounded up for negative ones.
enum PowersOfFive {
  static let range = -342...308

  /// 651 entries, computed when first asked for: less to read, and to get wrong, than the same numbers written out.
  static let table: [(high: UInt64, low: UInt64)] = reciprocals() + powers()

  private static func powers() -> [(high: UInt64, low: UInt64)] {
    var power = BigNumber(bit: 0)
    return (0...range.upperBound).map { _ in
      defer { power.multiply(by: 5) }
      let size = power.bitCount
      return size <= 128 ? power.words(fromBit: 0, shiftedBy: 128 - size) : power.words(fromBit: size - 128)
    }
  }

  private static func reciprocals() -> [(high: UInt64, low: UInt64)] {
    // One dividend large enough for all: cutting a quotient and dividing a cut dividend give the same.
    let bits = 1_800
    var quotient = BigNumber(bit: bits)
    let entries = (1...(-range.lowerBound)).map { _ -> (high: UInt64, low: UInt64) in
      quotient.divide(by: 5)
      var (high, low) = quotient.words(fromBit: quotient.bitCount - 128)
      low &+= 1
      if low == 0 { high &+= 1 }
      return (high, low)
    }
    return entries.reversed()
  }

  /// A natural number of any size, least significant word first.
  private struct BigNumber {
    var words: [UInt64]

    init(bit: Int) {
      words = Array(repeating: 0, count: bit / 64 + 1)
      words[bit / 64] = 1 << UInt64(bit % 64)
    }

    var bitCount: Int {
      guard let top = words.lastIndex(where: { $0 != 0 }) else { return 0 }
      return top * 64 + 64 - words[top].leadingZeroBitCount
    }

    mutating func multiply(by factor: UInt64) {
      var carry: UInt64 = 0
      for i in words.indices {
        let product = words[i].multipliedFullWidth(by: factor)
        let (low, carries) = product.low.addingReportingOverflow(carry)
        words[i] = low
        carry = product.high + (carries ? 1 : 0)
      }
      if carry > 0 { words.append(carry) }
    }

    mutating func divide(by divisor: UInt64) {
      var rest: UInt64 = 0
      for i in words.indices.reversed() {
        let (quotient, remainder) = divisor.dividingFullWidth((rest, words[i]))
        words[i] = quotient
        rest = remainder
      }
    }

    /// 128 bits from `bit` on, moved up by `shift`.
    func words(fromBit bit: Int, shiftedBy shift: Int = 0) -> (high: UInt64, low: UInt64) {
      func word(_ bit: Int) -> UInt64 {
        let place = bit / 64
        let low = place < words.count ? words[place] >> UInt64(bit % 64) : 0
        let high = place + 1 < words.count && bit % 64 > 0 ? words[place + 1] << UInt64(64 - bit % 64) : 0
        return low | high
      }
      var (high, low) = (word(bit + 64), word(bit))
      for _ in 0..<shift {
        high = high << 1 | low >> 63
        low <<= 1
      }
      return (high, low)
    }
  }
}
