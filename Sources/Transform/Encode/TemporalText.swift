/// The digits after a second's point, in microseconds.
struct SecondFraction {
  /// Rounded half up; 1000000 where that makes a whole second.
  var microseconds = 0
  /// False where digits that are not zero were rounded away.
  var isExact = true

  init() {}

  /// Takes the digits at `cursor`, of which `kept` (0 to 6) count; nil where there is none.
  @inline(__always)
  init?(_ cursor: inout ByteCursor, keeping kept: Int) {
    guard var digit = cursor.digit() else { return nil }
    var taken = 0
    repeat {
      if taken < kept {
        microseconds = microseconds &* 10 &+ digit
      } else if digit != 0 {
        isExact = false
        if taken == kept, digit >= 5 { microseconds &+= 1 }
      }
      taken &+= 1
      guard let next = cursor.digit() else { break }
      digit = next
    } while true
    for _ in min(taken, kept)..<6 { microseconds &*= 10 }
  }
}

/// A time of day as `HH:MM[:SS[.ffffff]]`.
struct TimeText {
  /// Since midnight; a day's length at most, and with a leap second one second more.
  var microseconds: Int64
  var isExact: Bool

  /// Nil where there is no such time at `cursor`. `24:00:00` is one.
  @inline(__always)
  init?(_ cursor: inout ByteCursor, keeping kept: Int) {
    guard let hour = cursor.twoDigits(), cursor.take(0x3A), let minute = cursor.twoDigits() else { return nil }
    var second = 0
    var fraction = SecondFraction()
    if cursor.take(0x3A) {
      guard let value = cursor.twoDigits() else { return nil }
      second = value
      if cursor.take(0x2E) {
        guard let value = SecondFraction(&cursor, keeping: kept) else { return nil }
        fraction = value
      }
    }
    guard minute <= 59, second <= 60, hour <= 24 else { return nil }
    let isMidnight = minute == 0 && second == 0 && fraction.microseconds == 0 && fraction.isExact
    guard hour < 24 || isMidnight else { return nil }
    microseconds = Int64((hour &* 60 &+ minute) &* 60 &+ second) &* 1_000_000 &+ Int64(fraction.microseconds)
    isExact = fraction.isExact
    isEndOfDay = hour == 24
    isLeapSecond = second == 60
  }

  /// True for `24:00:00`.
  var isEndOfDay: Bool
  /// True for a second of 60, counted as the one behind it.
  var isLeapSecond: Bool
}

/// A date, or a date and time, as ISO 8601 writes them: `2024-02-29T12:30:00.5+02:00`.
struct TimestampText {
  /// Since 2000-01-01.
  var day: Int32
  var hasTime = false
  /// Since midnight.
  var microseconds: Int64 = 0
  var isLeapSecond = false
  /// False where digits of the second that are not zero were rounded away.
  var isExact = true
  /// Seconds east of UTC, where a zone is written.
  var zone: Int?

  /// Nil where `text` is no such timestamp, or names a day or time that does not exist.
  @inline(__always)
  init?(_ text: UnsafeRawBufferPointer, keeping kept: Int) {
    var cursor = ByteCursor(text)
    guard let century = cursor.twoDigits(), let year = cursor.twoDigits(), cursor.take(0x2D),
      let month = cursor.twoDigits(), cursor.take(0x2D),
      let dayOfMonth = cursor.twoDigits(),
      let day = Calendar.day(year: century &* 100 &+ year, month: month, day: dayOfMonth)
    else { return nil }
    self.day = day
    if cursor.isAtEnd { return }
    guard cursor.take(0x54) || cursor.take(0x20) || cursor.take(0x74), let time = TimeText(&cursor, keeping: kept),
      !time.isEndOfDay
    else { return nil }
    hasTime = true
    microseconds = time.microseconds
    isExact = time.isExact
    isLeapSecond = time.isLeapSecond
    if cursor.isAtEnd { return }
    guard let zone = Self.zone(&cursor), cursor.isAtEnd else { return nil }
    self.zone = zone
  }

  /// Microseconds since 2000-01-01T00:00:00, as written.
  var local: Int64 { Int64(day) &* Calendar.microsecondsPerDay &+ microseconds }

  /// `Z`, `z`, `±HH`, `±HHMM`, `±HH:MM` or `±HH:MM:SS`, less than 16 hours.
  @inline(__always)
  private static func zone(_ cursor: inout ByteCursor) -> Int? {
    if cursor.take(0x5A) || cursor.take(0x7A) { return 0 }
    let isWest = cursor.next == 0x2D
    guard cursor.take(0x2D) || cursor.take(0x2B), let hours = cursor.twoDigits() else { return nil }
    var minutes = 0
    var seconds = 0
    if cursor.take(0x3A) {
      guard let value = cursor.twoDigits() else { return nil }
      minutes = value
      if cursor.take(0x3A) {
        guard let value = cursor.twoDigits() else { return nil }
        seconds = value
      }
    } else if !cursor.isAtEnd {
      guard let value = cursor.twoDigits() else { return nil }
      minutes = value
    }
    guard hours <= 15, minutes <= 59, seconds <= 59 else { return nil }
    let east = (hours &* 60 &+ minutes) &* 60 &+ seconds
    return isWest ? -east : east
  }
}
