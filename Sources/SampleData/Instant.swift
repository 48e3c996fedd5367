import Records

/// A moment in UTC, in milliseconds since 1970, on or after that.
struct Instant {
  var milliseconds: UInt64

  /// 2026-01-01T00:00:00Z
  static let firstEvent = Instant(milliseconds: 1_767_225_600_000)

  /// Every `spacing` milliseconds there is an event; after ten years the clock starts again.
  static let spacing: UInt64 = 2_592
  private static let tenYears: UInt64 = 3_652 * 86_400_000

  init(milliseconds: UInt64) { self.milliseconds = milliseconds }

  init(ofRecord record: UInt64, jitter: UInt64) {
    let elapsed = (record % (Self.tenYears / Self.spacing)) * Self.spacing + jitter % Self.spacing
    milliseconds = Self.firstEvent.milliseconds + elapsed
  }

  /// Year, month and day of the proleptic Gregorian calendar (Howard Hinnant's `civil_from_days`).
  var date: (year: UInt64, month: UInt64, day: UInt64) {
    let days = milliseconds / 86_400_000 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153  // months counted from March
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}

extension ByteSink {
  /// `YYYY-MM-DD`
  mutating func appendDate(_ instant: Instant) {
    let (year, month, day) = instant.date
    appendDecimal(year, width: 4)
    append(UInt8(ascii: "-"))
    appendDecimal(month, width: 2)
    append(UInt8(ascii: "-"))
    appendDecimal(day, width: 2)
  }

  /// `YYYY-MM-DDTHH:MM:SS.mmmZ`
  mutating func appendTimestamp(_ instant: Instant) {
    let clock = instant.milliseconds % 86_400_000
    appendDate(instant)
    append(UInt8(ascii: "T"))
    appendDecimal(clock / 3_600_000, width: 2)
    append(UInt8(ascii: ":"))
    appendDecimal(clock / 60_000 % 60, width: 2)
    append(UInt8(ascii: ":"))
    appendDecimal(clock / 1_000 % 60, width: 2)
    append(UInt8(ascii: "."))
    appendDecimal(clock % 1_000, width: 3)
    append(UInt8(ascii: "Z"))
  }
}
