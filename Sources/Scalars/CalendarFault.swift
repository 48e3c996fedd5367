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
  public init?(timestamp text: UnsafeRawBufferPointer) {
    var cursor = ByteCursor(text)
    guard let date = DateText(&cursor), cursor.isAtEnd || cursor.takeTimeSeparator() else { return nil }
    guard let fault = Self.fault(date) ?? Self.time(&cursor, isOfDay: true) ?? Self.zone(&cursor) else { return nil }
    self = fault
  }

  /// What does not exist in a time of day; nil where `text` is none or all of it exists.
  public init?(time text: UnsafeRawBufferPointer) {
    var cursor = ByteCursor(text)
    guard let fault = Self.time(&cursor, isOfDay: false), cursor.isAtEnd else { return nil }
    self = fault
  }

  private static func fault(_ date: DateText) -> CalendarFault? {
    if date.year == 0 { return .year }
    guard 1...12 ~= date.month else { return .month(date.month) }
    return date.dayNumber == nil ? .day(date.day, month: date.month, year: date.year) : nil
  }

  /// - Parameter isOfDay: a date is before it.
  private static func time(_ cursor: inout ByteCursor, isOfDay: Bool) -> CalendarFault? {
    guard let time = TimeText(&cursor, keeping: 6) else { return nil }
    if time.hour > 24 { return .hour(time.hour) }
    if time.minute > 59 { return .minute(time.minute) }
    if time.second > 60 { return .second(time.second) }
    if time.hour == 24, isOfDay { return .hour24 }
    if !isOfDay, !time.exists || time.isPastMidnight { return .pastMidnight }
    return time.isLeapSecond ? .leapSecond : nil
  }

  private static func zone(_ cursor: inout ByteCursor) -> CalendarFault? {
    guard let zone = ZoneText(&cursor), cursor.isAtEnd, !zone.exists else { return nil }
    return .zone
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
