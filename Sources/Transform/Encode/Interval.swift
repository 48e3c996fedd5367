import Records
import Scalars

extension FieldEncoder {
  mutating func encodeInterval(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let text = try string(value)
    let duration: DurationText
    do {
      duration = try DurationText(text, keeping: fractionDigits)
    } catch {
      throw problem(error, .string)
    }
    sink.append(bigEndian: Int32(16))
    sink.append(bigEndian: duration.microseconds)
    sink.append(bigEndian: duration.days)
    sink.append(bigEndian: duration.months)
  }
}

/// An ISO 8601 duration, `P1Y2M3W4DT5H6M7.000008S`, as the three numbers PostgreSQL keeps. They are not carried into
/// each other: a day is not always 24 hours.
struct DurationText {
  private(set) var months: Int32 = 0
  private(set) var days: Int32 = 0
  private(set) var microseconds: Int64 = 0

  /// - Throws: `malformed`, `outOfRange`, or `notExact` for a second with more digits than `kept`.
  init(_ text: UnsafeRawBufferPointer, keeping kept: Int) throws(ValueProblem.Kind) {
    var cursor = ByteCursor(text)
    guard cursor.take(0x50) else { throw .malformed }
    var isTime = false
    var last: Part?
    repeat {
      if !isTime, cursor.take(0x54) { isTime = true }
      let amount = try Amount(&cursor, keeping: kept)
      guard let part = Part(letter: cursor.next, isTime: isTime), last.map({ $0.rawValue < part.rawValue }) ?? true,
        part == .seconds || !amount.hasFraction
      else { throw .malformed }
      cursor.advance()
      try add(amount, part)
      last = part
    } while !cursor.isAtEnd
  }

  private mutating func add(_ amount: Amount, _ part: Part) throws(ValueProblem.Kind) {
    let whole = amount.whole.multipliedReportingOverflow(by: part.factor)
    guard !whole.overflow else { throw .outOfRange }
    switch part {
    case .years, .months: months = try sum(months, whole.partialValue)
    case .weeks, .days: days = try sum(days, whole.partialValue)
    case .hours, .minutes: microseconds = try sum(microseconds, whole.partialValue)
    case .seconds: microseconds = try sum(try sum(microseconds, whole.partialValue), amount.microseconds)
    }
  }

  private func sum<I: FixedWidthInteger>(_ left: I, _ right: Int64) throws(ValueProblem.Kind) -> I {
    guard let right = I(exactly: right) else { throw .outOfRange }
    let (sum, isOverflown) = left.addingReportingOverflow(right)
    guard !isOverflown else { throw .outOfRange }
    return sum
  }
}

/// The parts, in the order in which they have to be written.
private enum Part: Int {
  case years, months, weeks, days, hours, minutes, seconds

  init?(letter: UInt8, isTime: Bool) {
    switch (letter, isTime) {
    case (0x59, false): self = .years
    case (0x4D, false): self = .months
    case (0x57, false): self = .weeks
    case (0x44, false): self = .days
    case (0x48, true): self = .hours
    case (0x4D, true): self = .minutes
    case (0x53, true): self = .seconds
    default: return nil
    }
  }

  /// Months in a year, days in a week, microseconds in the others.
  var factor: Int64 {
    switch self {
    case .years: 12
    case .weeks: 7
    case .months, .days: 1
    case .hours: 3_600_000_000
    case .minutes: 60_000_000
    case .seconds: 1_000_000
    }
  }
}

/// `[+-]digits[.digits]`; the sign is that of both numbers.
private struct Amount {
  var whole: Int64 = 0
  var microseconds: Int64 = 0
  var hasFraction = false

  init(_ cursor: inout ByteCursor, keeping kept: Int) throws(ValueProblem.Kind) {
    let isNegative = cursor.take(0x2D)
    if !isNegative { _ = cursor.take(0x2B) }
    guard cursor.next.isDigit else { throw .malformed }
    var magnitude: Int64 = 0
    while let digit = cursor.digit() {
      // 18 digits are more than any part holds.
      guard magnitude < 100_000_000_000_000_000 else { throw .outOfRange }
      magnitude = magnitude &* 10 &+ Int64(digit)
    }
    whole = isNegative ? -magnitude : magnitude
    guard cursor.take(0x2E) else { return }
    guard let fraction = SecondFraction(&cursor, keeping: kept) else { throw .malformed }
    guard fraction.isExact else { throw .notExact }
    microseconds = Int64(isNegative ? -fraction.microseconds : fraction.microseconds)
    hasFraction = true
  }
}
