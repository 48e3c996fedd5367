/// A date, or a date and time, as ISO 8601 writes them: `2024-02-29T12:30:00.5+02:00`.
public struct TimestampText {
  /// Since 2000-01-01.
  public let day: Int32
  public private(set) var hasTime = false
  /// Since midnight.
  public private(set) var microseconds: Int64 = 0
  /// The second is a 60th, counted as the one behind it.
  public private(set) var isLeapSecond = false
  /// False where digits of the second that are not zero were rounded away.
  public private(set) var isExact = true
  /// Seconds east of UTC, where a zone is written.
  public private(set) var zone: Int?

  /// Nil where `text` is no such timestamp, or names a day or time that does not exist.
  /// - Parameter kept: how many digits after the second's point count.
  public init?(_ text: UnsafeRawBufferPointer, keeping kept: Int) {
    var cursor = ByteCursor(text)
    guard let date = DateText(&cursor), let day = date.dayNumber else { return nil }
    self.day = day
    if cursor.isAtEnd { return }
    guard cursor.takeTimeSeparator(), let time = TimeText(&cursor, keeping: kept), time.exists, time.hour < 24 else {
      return nil
    }
    hasTime = true
    microseconds = time.microseconds
    isExact = time.fraction.isExact
    isLeapSecond = time.isLeapSecond
    if cursor.isAtEnd { return }
    guard let zone = ZoneText(&cursor), cursor.isAtEnd, zone.exists else { return nil }
    self.zone = zone.east
  }

  /// Microseconds since 2000-01-01T00:00:00, as written.
  public var local: Int64 { Int64(day) &* Calendar.microsecondsPerDay &+ microseconds }

  /// `infinity` and `-infinity`, which PostgreSQL keeps as the greatest and the least value; nil for any other text.
  @inlinable public static func infinity<I: FixedWidthInteger>(_ text: UnsafeRawBufferPointer) -> I? {
    text.equals("infinity") ? .max : text.equals("-infinity") ? .min : nil
  }
}

/// A date as `YYYY-MM-DD`: what stands there, whether or not the calendar has it.
struct DateText {
  let year: Int
  let month: Int
  let day: Int

  /// Nil where nothing of this form is at `cursor`.
  init?(_ cursor: inout ByteCursor) {
    guard let century = cursor.twoDigits(), let year = cursor.twoDigits(), cursor.take(0x2D),
      let month = cursor.twoDigits(), cursor.take(0x2D), let day = cursor.twoDigits()
    else { return nil }
    self.year = century &* 100 &+ year
    self.month = month
    self.day = day
  }

  /// Days since 2000-01-01; nil where there is no such day.
  var dayNumber: Int32? { Calendar.day(year: year, month: month, day: day) }
}

extension ByteCursor {
  /// What stands between date and time: `T`, `t` or a space.
  mutating func takeTimeSeparator() -> Bool { take(0x54) || take(0x20) || take(0x74) }
}
