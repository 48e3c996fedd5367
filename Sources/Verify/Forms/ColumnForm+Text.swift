import Records

extension ColumnForm {
  /// The canonical text of a scalar, for reports; what no form takes is shown as it is.
  func text(ofScalar written: ByteRun, scratch: Scratch) -> String {
    let run = isLenient && scalar != .text ? written.trimmed() : written
    return canonicalText(run, scratch: scratch) ?? String(written)
  }

  private func canonicalText(_ run: ByteRun, scratch: Scratch) -> String? {
    switch scalar {
    case .text: String(isPadded ? run.withoutTrailingBlanks() : run)
    case .json: String(run)
    case .jsonb: CanonicalJSON.text(run, scratch: scratch)
    case .bool: BoolText.value(run).map { $0 ? "true" : "false" }
    case .int2, .int4, .int8, .numeric: SpecialNumber(run)?.name ?? decimal(run, scratch: scratch)?.text
    case .float4: floatBits(run, scratch: scratch).map { "\(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))" }
    case .float8: floatBits(run, scratch: scratch).map { "\(Double(bitPattern: $0))" }
    case .uuid: HexText.uuid(run).map { RowDigest(high: $0.high, low: $0.low).description }
    case .bytea: ByteaText.bytes(run, encoding, into: scratch.string).map { "\\x" + HexText.text($0) }
    case .date: CalendarText.date(run)?.dateText
    case .time: CalendarText.time(run, digits: fraction).map { CalendarText.clockText($0) }
    case .timestamp: CalendarText.timestamp(run, digits: fraction, zoned: false, zone: nil)?.timestampText
    case .timestamptz:
      CalendarText.timestamp(run, digits: fraction, zoned: true, zone: zone).map { $0.timestampText + "Z" }
    case .interval: SpecialNumber(run)?.name ?? IntervalText(run, digits: fraction)?.text
    case .inet: AddressText(run)?.text
    }
  }
}

extension SpecialNumber {
  var name: String {
    switch self {
    case .nan: "NaN"
    case .infinity: "Infinity"
    case .minusInfinity: "-Infinity"
    }
  }
}

extension ExactDecimal {
  /// Plain digits where the point lies near them, else `digits e exponent`.
  var text: String {
    var digits = long.map { String($0) } ?? String(mantissa)
    let sign = isNegative && !isZero ? "-" : ""
    switch exponent {
    case 0: break
    case 1...20: digits += String(repeating: "0", count: exponent)
    case -40 ... -1:
      let missing = 1 - exponent - digits.utf8.count
      if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: exponent))
    default: digits += "e\(exponent)"
    }
    return sign + digits
  }
}

extension HexText {
  static func text(_ run: ByteRun) -> String {
    run.buffer.map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

extension CalendarText {
  /// `HH:MM:SS`, and microseconds where there are any.
  static func clockText(_ time: Int64) -> String {
    let seconds = time / 1_000_000
    let text = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, to: 2) }.joined(separator: ":")
    let fraction = time % 1_000_000
    return fraction == 0 ? text : text + "." + padded(fraction, to: 6)
  }

  /// `YYYY-MM-DD` of a day counted from 2000-01-01; the year before 0001 is 0000.
  static func dateText(_ days: Int64) -> String {
    let shifted = days &+ 730_425
    let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
    return padded(year, to: 4) + "-" + padded(month, to: 2) + "-" + padded(day, to: 2)
  }

  private static func padded(_ value: Int64, to width: Int) -> String {
    let digits = String(value.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
    return (value < 0 ? "-" : "") + zeros + digits
  }
}

extension CalendarText.Point {
  /// As a count of days.
  var dateText: String { text { CalendarText.dateText($0) } }

  /// As a count of microseconds.
  var timestampText: String {
    text { value in
      let length = CalendarText.dayLength
      let days = (value >= 0 ? value : value &- (length - 1)) / length
      return CalendarText.dateText(days) + "T" + CalendarText.clockText(value &- days &* length)
    }
  }

  private func text(_ finite: (Int64) -> String) -> String {
    switch self {
    case .finite(let value): finite(value)
    case .infinity: "infinity"
    case .minusInfinity: "-infinity"
    }
  }
}

extension IntervalText {
  var text: String { "\(months) months \(days) days \(microseconds) microseconds" }
}

extension AddressText {
  /// IPv4 with points, IPv6 as eight groups; always with the prefix.
  var text: String {
    "\(isIPv6 ? groups.joined(separator: ":") : octets.joined(separator: "."))/\(prefix)"
  }

  private var octets: [String] {
    [24, 16, 8, 0].map { (shift: UInt64) in String(low >> shift & 0xFF) }
  }

  private var groups: [String] {
    [high, low].flatMap { word in
      [48, 32, 16, 0].map { (shift: UInt64) in String(word >> shift & 0xFFFF, radix: 16) }
    }
  }
}
