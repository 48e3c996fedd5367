/// The part of a date or time that does not exist, where the rest is written as it has to be.
public enum CalendarFault: Hashable, Sendable {
  /// The year 0000: the calendar begins with 0001.
  case year
  case month(Int)
  case day(Int, month: Int, year: Int)
  case hour(Int)
  /// `24:00:00` of a timestamp: the next day has it.
  case hour24
  /// Later than `24:00:00`.
  case pastMidnight
  case minute(Int)
  case second(Int)
  case leapSecond
  /// The offset from UTC has 16 hours or more, or 60 minutes or seconds.
  case zone

  /// What does not exist in a date, or in a date and time; nil where `text` is no such thing or all of it exists.
  init?(timestamp text: UnsafeRawBufferPointer) {
    var cursor = ByteCursor(text)
    guard let century = cursor.twoDigits(), let year = cursor.twoDigits(), cursor.take(0x2D),
      let month = cursor.twoDigits(), cursor.take(0x2D), let day = cursor.twoDigits()
    else { return nil }
    let isWritten = cursor.isAtEnd || cursor.take(0x54) || cursor.take(0x20) || cursor.take(0x74)
    guard isWritten else { return nil }
    if let fault = Self.fault(year: century * 100 + year, month: month, day: day) {
      self = fault
    } else if !cursor.isAtEnd, let fault = Self.time(&cursor, isOfDay: true) ?? Self.zone(&cursor) {
      self = fault
    } else {
      return nil
    }
  }

  /// What does not exist in a time of day; nil where `text` is none or all of it exists.
  init?(time text: UnsafeRawBufferPointer) {
    var cursor = ByteCursor(text)
    guard let fault = Self.time(&cursor, isOfDay: false), cursor.isAtEnd else { return nil }
    self = fault
  }

  private static func fault(year: Int, month: Int, day: Int) -> CalendarFault? {
    if year == 0 { return .year }
    guard 1...12 ~= month else { return .month(month) }
    return Calendar.day(year: year, month: month, day: day) == nil ? .day(day, month: month, year: year) : nil
  }

  /// - Parameter isOfDay: a date is before it.
  private static func time(_ cursor: inout ByteCursor, isOfDay: Bool) -> CalendarFault? {
    guard let hour = cursor.twoDigits(), cursor.take(0x3A), let minute = cursor.twoDigits() else { return nil }
    var second = 0
    var hasFraction = false
    if cursor.take(0x3A) {
      guard let value = cursor.twoDigits() else { return nil }
      second = value
      if cursor.take(0x2E) {
        while let digit = cursor.digit() { hasFraction = hasFraction || digit != 0 }
      }
    }
    if hour > 24 { return .hour(hour) }
    if minute > 59 { return .minute(minute) }
    if second > 60 { return .second(second) }
    if hour == 24, isOfDay { return .hour24 }
    let isPast =
      hour == 24 ? minute > 0 || second > 0 || hasFraction : hour * 60 + minute == 1439 && second == 60 && hasFraction
    if isPast, !isOfDay { return .pastMidnight }
    return second == 60 ? .leapSecond : nil
  }

  private static func zone(_ cursor: inout ByteCursor) -> CalendarFault? {
    guard cursor.take(0x2D) || cursor.take(0x2B), let hours = cursor.twoDigits() else { return nil }
    var parts = [0, 0]
    for i in parts.indices where !cursor.isAtEnd {
      guard cursor.take(0x3A) || i == 0, let part = cursor.twoDigits() else { return nil }
      parts[i] = part
    }
    return cursor.isAtEnd && (hours > 15 || parts.contains { $0 > 59 }) ? .zone : nil
  }
}

extension CalendarFault: CustomStringConvertible {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// What does not exist, as a sentence.
  public var description: String {
    switch self {
    case .year: "there is no year 0000: years are 0001 to 9999"
    case .month(let month): "there is no month \(month)"
    case .day(0, _, _): "there is no day 0"
    case .day(let day, let month, let year):
      "there is no \(day) \(Self.months[month - 1]) \(String(repeating: "0", count: 4 - String(year).count))\(year)"
    case .hour(let hour): "there is no hour \(hour)"
    case .hour24: "there is no hour 24 of a day: write 00:00:00 of the next one"
    case .pastMidnight: "there is no time after 24:00:00"
    case .minute(let minute): "there is no minute \(minute)"
    case .second(let second): "there is no second \(second)"
    case .leapSecond: "the second 60 is a leap second, which PostgreSQL does not keep"
    case .zone: "there is no such zone: an offset has at most 15 hours, 59 minutes and 59 seconds"
    }
  }
}
