/// The proleptic Gregorian calendar.
public enum Calendar {
  public static let secondsPerDay: Int64 = 86_400
  public static let microsecondsPerDay = secondsPerDay * 1_000_000

  /// Days since 2000-01-01; nil for a day that does not exist or a year outside of 1 to 9999.
  public static func day(year: Int, month: Int, day: Int) -> Int32? {
    guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1, day <= days(inMonth: month, of: year) else {
      return nil
    }
    // Years are counted from March, so that a leap day ends one.
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let leapDays = shifted / 4 - shifted / 100 + shifted / 400
    // 2000-01-01 is the 730425th day from 0000-03-01.
    return Int32(shifted * 365 + leapDays + dayOfYear - 730_425)
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
