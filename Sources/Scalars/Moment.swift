/// What a text says of a date or an instant: the same as a column of type `date` or `timestamptz` would take it for.
public struct Moment: Equatable, Sendable {
  /// Since 2000-01-01 00:00 UTC; what names no zone is taken for UTC. The infinities are the greatest and the least value.
  public let microseconds: Int64
  /// False for `YYYY-MM-DD` alone.
  public let hasTime: Bool
  public let hasZone: Bool

  /// A time without its zone is neither.
  public var isDateOrInstant: Bool { !hasTime || hasZone }

  /// Nil where a column would refuse the text; but for digits after the sixth of a second, which are rounded.
  public init?(_ text: UnsafeRawBufferPointer) {
    if let time = TimestampText(text, keeping: 6), !time.isLeapSecond {
      microseconds = time.local &- Int64(time.zone ?? 0) &* 1_000_000
      hasTime = time.hasTime
      hasZone = time.zone != nil
    } else if let infinity: Int64 = TimestampText.infinity(text) {
      microseconds = infinity
      hasTime = false
      hasZone = false
    } else {
      return nil
    }
  }

  public init?(_ text: String) {
    var text = text
    guard let moment = text.withUTF8({ Moment(UnsafeRawBufferPointer($0)) }) else { return nil }
    self = moment
  }

  /// The same where the zone lies so many seconds east of UTC, unless the text names one.
  public func instant(inZone east: Int) -> Int64 {
    let isInfinite = microseconds == .max || microseconds == .min
    return hasZone || isInfinite ? microseconds : microseconds &- Int64(east) &* 1_000_000
  }

  /// Microseconds since midnight of a time of day, as a column of type `time` would take it.
  public static func timeOfDay(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { bytes in
      var cursor = ByteCursor(UnsafeRawBufferPointer(bytes))
      guard let time = TimeText(&cursor, keeping: 6), cursor.isAtEnd, time.exists, !time.isLeapSecond else {
        return nil
      }
      return time.microseconds
    }
  }
}
