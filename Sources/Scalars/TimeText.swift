/// A time of day as `HH:MM[:SS[.ffffff]]`: what stands there, whether or not a day has it.
public struct TimeText {
  public let hour: Int
  public let minute: Int
  public var second = 0
  public var fraction = SecondFraction()

  /// Nil where nothing of this form is at `cursor`.
  /// - Parameter kept: how many digits after the second's point count.
  public init?(_ cursor: inout ByteCursor, keeping kept: Int) {
    guard let hour = cursor.twoDigits(), cursor.take(0x3A), let minute = cursor.twoDigits() else { return nil }
    self.hour = hour
    self.minute = minute
    guard cursor.take(0x3A) else { return }
    guard let second = cursor.twoDigits() else { return nil }
    self.second = second
    guard cursor.take(0x2E) else { return }
    guard let fraction = SecondFraction(&cursor, keeping: kept) else { return nil }
    self.fraction = fraction
  }

  /// Whether there is such a time: up to `24:00:00`. A leap second is one, counted as the second behind it.
  public var exists: Bool {
    let isMidnight = minute == 0 && second == 0 && fraction.isZero
    return minute <= 59 && second <= 60 && (hour < 24 || hour == 24 && isMidnight)
  }

  /// Since midnight.
  public var microseconds: Int64 {
    Int64((hour &* 60 &+ minute) &* 60 &+ second) &* 1_000_000 &+ Int64(fraction.microseconds)
  }

  /// Later than `24:00:00`, as the end of a leap second is.
  public var isPastMidnight: Bool { microseconds > Calendar.microsecondsPerDay }

  public var isLeapSecond: Bool { second == 60 }
}

/// The digits after a second's point, in microseconds.
public struct SecondFraction {
  /// Rounded half up; 1000000 where that makes a whole second.
  public private(set) var microseconds = 0
  /// False where digits that are not zero were rounded away.
  public private(set) var isExact = true

  public var isZero: Bool { microseconds == 0 && isExact }

  init() {}

  /// Takes the digits at `cursor`, of which `kept` (0 to 6) count; nil where there is none.
  public init?(_ cursor: inout ByteCursor, keeping kept: Int) {
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
