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
