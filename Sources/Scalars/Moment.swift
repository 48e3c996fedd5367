/// Dates and instants as PostgreSQL counts them: microseconds since 2000-01-01 00:00 UTC.
public struct Moment: Equatable, Sendable {
  public var microseconds: Int64
  /// False for `YYYY-MM-DD` alone.
  public var hasTime = false
  public var hasSeconds = false
  public var hasZone = false

  public static let microsecondsPerDay: Int64 = 86_400_000_000

  /// What the `date` rule accepts: a date, or an instant with seconds and zone.
  public var isDateOrInstant: Bool { !hasTime || (hasSeconds && hasZone) }

  /// Parses `YYYY-MM-DD`, and `YYYY-MM-DDTHH:MM[:SS[.f…]]` with `Z`, `±HH:MM`, `±HHMM`, `±HH` or no zone, which is
  /// taken for UTC; `T`, `t` or a space between. Digits after the sixth of a second are dropped.
  public init?(_ bytes: UnsafeRawBufferPointer) {
    var text = Reader(bytes: bytes)
    guard let year = text.number(4), text.take("-"), let month = text.number(2), text.take("-"),
      let day = text.number(2), year > 0, let days = Self.days(year: year, month: month, day: day)
    else { return nil }
    microseconds = Int64(days) * Self.microsecondsPerDay
    guard !text.isAtEnd else { return }
    guard text.take("T") || text.take("t") || text.take(" "), let time = text.time(),
      time.microseconds < Self.microsecondsPerDay
    else { return nil }
    hasTime = true
    hasSeconds = time.hasSeconds
    microseconds += time.microseconds
    guard !text.isAtEnd else { return }
    guard let zone = text.zone(), text.isAtEnd else { return nil }
    hasZone = true
    microseconds -= Int64(zone) * 1_000_000
  }

  public init?(_ text: String) {
    var text = text
    guard let moment = text.withUTF8({ Moment(UnsafeRawBufferPointer($0)) }) else { return nil }
    self = moment
  }

  /// Microseconds since midnight of `HH:MM[:SS[.f…]]`, `24:00:00` included.
  public static func timeOfDay(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { bytes in
      var reader = Reader(bytes: UnsafeRawBufferPointer(bytes))
      guard let time = reader.time(), reader.isAtEnd else { return nil }
      return time.microseconds
    }
  }

  /// Days since 2000-01-01 in the proleptic Gregorian calendar; nil where there is no such day.
  private static func days(year: Int, month: Int, day: Int) -> Int? {
    guard (1...12).contains(month), day >= 1 else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    guard day <= length else { return nil }
    // Years begin in March here, so that the leap day is a year's last.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 730_425
  }

  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var place = 0

    var isAtEnd: Bool { place == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard place < bytes.count, UInt32(bytes[place]) == character.value else { return false }
      place += 1
      return true
    }

    mutating func digit() -> Int? {
      guard place < bytes.count, (0x30...0x39).contains(bytes[place]) else { return nil }
      defer { place += 1 }
      return Int(bytes[place] - 0x30)
    }

    mutating func number(_ digits: Int) -> Int? {
      var value = 0
      for _ in 0..<digits {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    mutating func time() -> (microseconds: Int64, hasSeconds: Bool)? {
      guard let hour = number(2), take(":"), let minute = number(2), hour <= 24, minute < 60 else { return nil }
      var second = 0
      var micro = 0
      let hasSeconds = take(":")
      if hasSeconds {
        guard let value = number(2), value < 60 else { return nil }
        second = value
        if take(".") {
          guard let fraction = fraction() else { return nil }
          micro = fraction
        }
      }
      let total = Int64((hour * 60 + minute) * 60 + second) * 1_000_000 + Int64(micro)
      return total <= Moment.microsecondsPerDay ? (total, hasSeconds) : nil
    }

    private mutating func fraction() -> Int? {
      var micro = 0
      var count = 0
      while let digit = digit() {
        if count < 6 { micro = micro * 10 + digit }
        count += 1
      }
      for _ in min(count, 6)..<6 { micro *= 10 }
      return count > 0 ? micro : nil
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int? {
      if take("Z") || take("z") { return 0 }
      let sign = take("+") ? 1 : take("-") ? -1 : 0
      guard sign != 0, let hours = number(2), hours < 24 else { return nil }
      if isAtEnd { return sign * hours * 3600 }
      _ = take(":")
      guard let minutes = number(2), minutes < 60 else { return nil }
      return sign * (hours * 60 + minutes) * 60
    }
  }
}
