/// Reads a text from left to right; every step says whether it found what it wanted.
struct TextReader {
  var place: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>

  @inline(__always) init(_ run: ByteRun) {
    place = run.start
    end = run.end
  }

  @inline(__always) var isAtEnd: Bool { place == end }
  @inline(__always) var next: UInt8 { place < end ? place.pointee : 0 }

  @inline(__always) mutating func skip(_ byte: UInt8) -> Bool {
    guard place < end, place.pointee == byte else { return false }
    place += 1
    return true
  }

  /// A sign: -1 or 1, or nil where there is none.
  @inline(__always) mutating func sign() -> Int64? {
    if skip(0x2D) { return -1 }
    return skip(0x2B) ? 1 : nil
  }

  /// Exactly two digits.
  @inline(__always) mutating func twoDigits() -> Int64? {
    guard end - place >= 2, place[0] &- 0x30 < 10, place[1] &- 0x30 < 10 else { return nil }
    defer { place += 2 }
    return Int64(place[0] &- 0x30) &* 10 &+ Int64(place[1] &- 0x30)
  }

  /// One digit or more, as many as there are; too many give no sensible number, and no trap.
  @inline(__always) mutating func digits() -> (value: Int64, count: Int)? {
    let first = place
    var value: Int64 = 0
    while place < end, place.pointee &- 0x30 < 10 {
      value = value &* 10 &+ Int64(place.pointee &- 0x30)
      place += 1
    }
    return place > first ? (value, place - first) : nil
  }

  /// The digits after a point, in microseconds, rounded half up to `digits` of them (at most 6).
  mutating func microseconds(digits kept: Int) -> Int64? {
    let first = place
    var value: Int64 = 0
    var roundsUp = false
    while place < end, place.pointee &- 0x30 < 10 {
      let count = place - first
      if count < kept {
        value = value &* 10 &+ Int64(place.pointee &- 0x30)
      } else if count == kept {
        roundsUp = place.pointee >= 0x35
      }
      place += 1
    }
    guard place > first else { return nil }
    if roundsUp { value &+= 1 }
    for _ in min(place - first, kept)..<6 { value &*= 10 }
    return value
  }
}

/// Dates, times and instants as numbers: days since 2000-01-01, microseconds since its midnight, or since midnight.
enum CalendarText {
  static let dayLength: Int64 = 86_400_000_000

  /// What has an infinite form of its own.
  enum Point: Equatable {
    case finite(Int64)
    case infinity
    case minusInfinity
  }

  /// Days. A time after the date is left out, as `coerce: lenient` wants it.
  static func date(_ run: ByteRun) -> Point? {
    if let infinite = infinity(run) { return infinite }
    var reader = TextReader(run)
    guard let date = ymd(&reader) else { return nil }
    if reader.isAtEnd { return .finite(days(date)) }
    if isBC(&reader) { return .finite(days(date, isBC: true)) }
    guard reader.skip(0x54) || reader.skip(0x74) || reader.skip(0x20) else { return nil }
    return .finite(days(date))
  }

  /// Microseconds since midnight, rounded to `digits` after the second.
  static func time(_ run: ByteRun, digits: Int) -> Int64? {
    var reader = TextReader(run)
    guard let time = clock(&reader, digits: digits), reader.isAtEnd else { return nil }
    return time
  }

  /// Microseconds since 2000-01-01 00:00:00 of what is written; with `zoned`, in UTC: the zone that is written, else
  /// `zone` seconds east; nil where there is neither.
  static func timestamp(_ run: ByteRun, digits: Int, zoned: Bool, zone: Int?) -> Point? {
    if let infinite = infinity(run) { return infinite }
    var reader = TextReader(run)
    guard let date = ymd(&reader) else { return nil }
    var time: Int64 = 0
    var offset = zone.map(Int64.init)
    let hasTime = (reader.next | 0x20 == 0x74 || reader.next == 0x20) && !isBC(at: reader)
    if hasTime {
      reader.place += 1
      guard let clock = clock(&reader, digits: digits) else { return nil }
      time = clock
      if let written = writtenZone(&reader) { offset = written }
    }
    let isBC = isBC(&reader)
    guard reader.isAtEnd else { return nil }
    let local = days(date, isBC: isBC) &* dayLength &+ time
    if !zoned { return .finite(local) }
    guard let offset else { return nil }
    return .finite(local &- offset &* 1_000_000)
  }

  private static func infinity(_ run: ByteRun) -> Point? {
    guard run.count == 8 || run.count == 9 else { return nil }
    if run.isLowercased("infinity") { return .infinity }
    return run.isLowercased("-infinity") ? .minusInfinity : nil
  }

  private static func ymd(_ reader: inout TextReader) -> (year: Int64, month: Int64, day: Int64)? {
    guard let year = reader.digits(), year.count <= 9, reader.skip(0x2D), let month = reader.twoDigits(),
      reader.skip(0x2D), let day = reader.twoDigits(), 1...12 ~= month, 1...31 ~= day
    else { return nil }
    return (year.value, month, day)
  }

  private static func clock(_ reader: inout TextReader, digits: Int) -> Int64? {
    guard let hour = reader.twoDigits(), reader.skip(0x3A), let minute = reader.twoDigits() else { return nil }
    var time = (hour &* 60 &+ minute) &* 60_000_000
    if reader.skip(0x3A) {
      guard let second = reader.twoDigits() else { return nil }
      time &+= second &* 1_000_000
      if reader.skip(0x2E) {
        guard let fraction = reader.microseconds(digits: digits) else { return nil }
        time &+= fraction
      }
    }
    return time
  }

  /// Seconds east of UTC; nil where no zone is written.
  private static func writtenZone(_ reader: inout TextReader) -> Int64? {
    if reader.skip(0x5A) || reader.skip(0x7A) { return 0 }
    guard let sign = reader.sign(), let hour = reader.twoDigits() else { return nil }
    var offset = hour &* 3_600
    for unit: Int64 in [60, 1] {
      _ = reader.skip(0x3A)
      guard let part = reader.twoDigits() else { break }
      offset &+= part &* unit
    }
    return sign &* offset
  }

  private static func isBC(at reader: TextReader) -> Bool {
    var copy = reader
    return isBC(&copy)
  }

  private static func isBC(_ reader: inout TextReader) -> Bool {
    guard reader.end - reader.place == 3, reader.place[0] == 0x20, reader.place[1] == 0x42, reader.place[2] == 0x43
    else { return false }
    reader.place += 3
    return true
  }

  /// Days since 2000-01-01 in the proleptic Gregorian calendar; the year before 1 is 1 BC.
  private static func days(_ date: (year: Int64, month: Int64, day: Int64), isBC: Bool = false) -> Int64 {
    // Years run from March, so that the day a leap year adds is a year's last (Hinnant, "chrono-compatible algorithms").
    let year = (isBC ? 1 &- date.year : date.year) &- (date.month <= 2 ? 1 : 0)
    let era = (year >= 0 ? year : year &- 399) / 400
    let yearOfEra = year &- era &* 400
    let dayOfYear = (153 &* (date.month &+ (date.month > 2 ? -3 : 9)) &+ 2) / 5 &+ date.day &- 1
    let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
    return era &* 146_097 &+ dayOfEra &- 730_425
  }
}
