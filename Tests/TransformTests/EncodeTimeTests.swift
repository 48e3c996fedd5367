import Records
import Scalars
import Testing

@testable import Transform

@Suite("Times and addresses become fields")
struct EncodeTimeTests {
  private func micros(_ text: String, _ layout: ColumnLayout) -> Int64? {
    encode("\"\(text)\"", layout).integer(Int64.self)
  }

  @Test(
    "a date is days since 2000-01-01",
    arguments: [
      ("2000-01-01", 0), ("1999-12-31", -1), ("2000-02-29", 59), ("2000-03-01", 60), ("1970-01-01", -10957),
      ("0001-01-01", -730_119), ("9999-12-31", 2_921_939), ("1900-03-01", -36465), ("infinity", .max),
      ("-infinity", .min),
    ] as [(String, Int32)])
  func dates(text: String, day: Int32) {
    #expect(encode("\"\(text)\"", column(.date)).integer(Int32.self) == day)
  }

  @Test(
    "a day that does not exist or is written otherwise is refused",
    arguments: [
      "", "0000-01-01", "10000-01-01", "2023-02-29", "1900-02-29", "2024-00-10", "2024-13-01", "2024-01-00",
      "2024-04-31",
      "2024-1-1", "24-01-01", "2024/01/01", "20240101", "2024-01-01 ", " 2024-01-01", "2024-01-01x", "-2024-01-01",
      "Infinity", "today", "2024-01-0\u{661}",
    ])
  func badDates(text: String) {
    for scalar in [ScalarType.date, .timestamp, .timestamptz] {
      #expect(encode("\"\(text)\"", column(scalar, isLenient: true, zone: 0)).problem?.code == "type.\(scalar)")
    }
  }

  @Test(
    "a second of 60 is the second after it when lenient, as PostgreSQL takes it",
    arguments: [
      (.time, "23:59:60", 86_400_000_000), (.time, "12:30:60.25", 45_060_250_000),
      (.timestamp, "1999-12-31T23:59:60", 0), (.timestamp, "1999-12-31T23:59:60.9999999", 1_000_000),
      (.timestamptz, "1999-12-31T23:59:60Z", 0), (.timestamptz, "1999-12-31T12:29:60-11:30", 0),
    ] as [(ScalarType, String, Int64)])
  func leapSeconds(scalar: ScalarType, text: String, value: Int64) {
    let lenient = encode("\"\(text)\"", column(scalar, isLenient: true))
    #expect(lenient.integer(Int64.self) == value && lenient.changed == 1)
    let strict = encode("\"\(text)\"", column(scalar)).problem
    #expect(strict?.calendar == .leapSecond && strict?.isLenienceEnough == true && strict?.code == "type.\(scalar)")
  }

  @Test(
    "what does not exist of a date or time is named",
    arguments: [
      (.date, "2024-02-30", "there is no 30 February 2024"), (.date, "2024-13-01", "there is no month 13"),
      (.date, "2024-00-01", "there is no month 0"), (.date, "2024-01-00", "there is no day 0"),
      (.date, "0000-00-00", "there is no year 0000: years are 0001 to 9999"),
      (.timestamp, "0900-02-29T12:00:00", "there is no 29 February 0900"),
      (.timestamptz, "2024-06-31 12:00Z", "there is no 31 June 2024"),
      (.timestamp, "2024-06-30T24:00:00", "there is no hour 24 of a day: write 00:00:00 of the next one"),
      (.timestamp, "2024-06-30T25:00:00", "there is no hour 25"), (.time, "99:00", "there is no hour 99"),
      (.time, "12:60", "there is no minute 60"), (.time, "12:59:61", "there is no second 61"),
      (.time, "24:00:00.5", "there is no time after 24:00:00"),
      (.time, "23:59:60.5", "there is no time after 24:00:00"),
      (
        .timestamptz, "2016-12-31T23:59:60Z",
        "the second 60 is a leap second, which PostgreSQL does not keep; set coerce: lenient to take the next second"
      ),
      (
        .timestamptz, "2024-06-30T12:00:00+16:00",
        "there is no such zone: an offset has at most 15 hours, 59 minutes and 59 seconds"
      ),
      (
        .timestamptz, "2024-06-30T12:00:00-0060",
        "there is no such zone: an offset has at most 15 hours, 59 minutes and 59 seconds"
      ),
    ] as [(ScalarType, String, String)])
  func namedFaults(scalar: ScalarType, text: String, reason: String) {
    #expect(encode("\"\(text)\"", column(scalar)).problem?.reason(column: column(scalar)) == reason)
  }

  @Test("of what is written otherwise it is said how it is to be written")
  func unnamedFaults() {
    for text in ["2024-1-1", "2024-02-30x", "x", "12:00", "2024-02-03T12:00:00+1600x"] {
      let problem = encode("\"\(text)\"", column(.date)).problem
      #expect(problem?.kind == .malformed && problem?.calendar == nil, "\(text)")
    }
    #expect(
      encode("\"x\"", column(.date)).problem?.reason(column: column(.date))
        == "a string is not a valid date; expected a string YYYY-MM-DD of the years 0001 to 9999, infinity or -infinity"
    )
    #expect(
      encode("\"\"", column(.time)).problem?.reason(column: column(.time))
        == "an empty string is not a valid time; expected a string HH:MM, HH:MM:SS or HH:MM:SS.ffffff")
  }

  @Test("a timestamp is cut to its date as written, when lenient")
  func cutDates() {
    let encoded = encode("\"2000-01-02T23:59:59.9999999-10:00\"", column(.date, isLenient: true))
    #expect(encoded.integer(Int32.self) == 1)
    #expect(encoded.changed == 1)
    #expect(encode("\"2000-01-02T00:00:00\"", column(.date)).problem?.isLenienceEnough == true)
  }

  @Test("a time is microseconds since midnight")
  func times() {
    #expect(micros("00:00", column(.time)) == 0)
    #expect(micros("12:34:56.789", column(.time)) == 45_296_789_000)
    #expect(micros("23:59:59.999999", column(.time)) == 86_399_999_999)
    #expect(micros("24:00:00", column(.time)) == 86_400_000_000)
    #expect(micros("01:02:03.1234560", column(.time)) == 3_723_123_456)
    #expect(encode("\"01:02:03.1234567\"", column(.time)).problem?.code == "exact.time")
    #expect(micros("01:02:03.1234565", column(.time, isLenient: true)) == 3_723_123_457)
    #expect(micros("23:59:59.9999995", column(.time, isLenient: true)) == 86_400_000_000)
    for text in [
      "24:00:01", "25:00", "23:60", "23:59:60.5", "23:59:61", "1:00", "12", "12:3", "12:30:", "12:30:00.", "12:30Z",
      "24:00:00.0000001",
    ] {
      #expect(encode("\"\(text)\"", column(.time, isLenient: true)).problem?.code == "type.time")
    }
  }

  @Test("a timestamp is microseconds since 2000, as written")
  func timestamps() {
    for text in ["2000-01-01", "2000-01-01T00:00", "2000-01-01t00:00:00", "2000-01-01 00:00:00.000000"] {
      #expect(micros(text, column(.timestamp)) == 0)
    }
    #expect(micros("1999-12-31T23:59:59.999999", column(.timestamp)) == -1)
    #expect(micros("infinity", column(.timestamp)) == .max)
    #expect(micros("-infinity", column(.timestamptz)) == .min)
    #expect(micros("1999-12-31T23:59:59.9999995", column(.timestamp, isLenient: true)) == 0)
    #expect(micros("2000-01-01T01:00:00+05", column(.timestamp, isLenient: true)) == 3_600_000_000)
    let problem = encode("\"2000-01-01T00:00:00Z\"", column(.timestamp)).problem
    #expect(problem?.code == "zone.timestamp")
    #expect(problem?.isLenienceEnough == true)
    for text in ["2000-01-01T24:00:00", "2000-01-01T23:59:61", "2000-01-01T", "2000-01-01X00:00", "2000-01-01  00:00"] {
      #expect(encode("\"\(text)\"", column(.timestamp, isLenient: true)).problem?.code == "type.timestamp")
    }
  }

  @Test(
    "a zone is taken off",
    arguments: [
      ("Z", 0), ("z", 0), ("+00", 0), ("-00:00", 0), ("+01", -3600), ("-0130", 5400), ("+05:45", -20700),
      ("-00:00:07", 7), ("+15:59:59", -57599),
    ] as [(String, Int64)])
  func zones(zone: String, seconds: Int64) {
    #expect(micros("2000-01-01T00:00:00" + zone, column(.timestamptz)) == seconds * 1_000_000)
    #expect(micros("2000-01-01T00:00" + zone, column(.timestamptz, zone: 7200)) == seconds * 1_000_000)
  }

  @Test("an instant without a zone needs the column's")
  func declaredZone() {
    #expect(
      encode("\"2000-01-01T00:00:00\"", column(.timestamptz, isLenient: true)).problem?.code == "zone.timestamptz")
    #expect(encode("\"2000-01-01\"", column(.timestamptz)).problem?.kind == .missingZone)
    #expect(micros("2000-01-01T00:00:00", column(.timestamptz, zone: 0)) == 0)
    #expect(micros("2000-01-01", column(.timestamptz, zone: -3600)) == 3_600_000_000)
    for zone in [
      "+16", "+1", "+01:", "+01:6", "+01:60", "+0160", "+01:00:60", "+01:00:0", " Z", "UTC", "Z1", "+010000",
    ] {
      #expect(
        encode("\"2000-01-01T00:00:00\(zone)\"", column(.timestamptz, zone: 0)).problem?.code == "type.timestamptz")
    }
  }

  @Test("timestamp(n) takes no more digits than it keeps")
  func fractions() {
    let milli = column(.timestamptz, limit: .fraction(3), zone: 0)
    #expect(micros("2000-01-01T00:00:00.123000", milli) == 123_000)
    #expect(encode("\"2000-01-01T00:00:00.1234\"", milli).problem?.code == "exact.timestamptz")
    let lenient = column(.timestamptz, limit: .fraction(3), isLenient: true, zone: 0)
    #expect(micros("2000-01-01T00:00:00.1235", lenient) == 124_000)
    #expect(micros("2000-01-01T00:00:00.12349999", lenient) == 123_000, "rounded once")
    let whole = column(.time, limit: .fraction(0), isLenient: true)
    #expect(micros("00:00:00.5", whole) == 1_000_000)
    #expect(micros("00:00:00.49", whole) == 0)
  }

  @Test(
    "an interval keeps months, days and microseconds apart",
    arguments: [
      ("P1Y2M3W4DT5H6M7.000008S", 14, 25, 18_367_000_008), ("P1M", 1, 0, 0), ("PT1M", 0, 0, 60_000_000),
      ("P-1Y+2M", -10, 0, 0), ("PT-0.5S", 0, 0, -500_000), ("PT36H", 0, 0, 129_600_000_000), ("P40D", 0, 40, 0),
      ("P0D", 0, 0, 0), ("PT1.1234560S", 0, 0, 1_123_456),
    ] as [(String, Int32, Int32, Int64)])
  func intervals(text: String, months: Int32, days: Int32, microseconds: Int64) {
    var sink = ByteSink()
    sink.append(bigEndian: microseconds)
    sink.append(bigEndian: days)
    sink.append(bigEndian: months)
    #expect(encode("\"\(text)\"", column(.interval)).value == Array(sink.bytes))
  }

  @Test("an interval that is no ISO 8601 duration, or is too long, is refused")
  func badIntervals() {
    for text in [
      "", "P", "PT", "P1", "1Y", "P1YT", "P1S", "PT1Y", "P1D1Y", "P1Y1Y", "PT1S1M", "P0.5Y", "PT1.S", "PT.5S",
      "P1YT1H ", "p1y",
      "-P1Y", "P--1Y", "PT1HT1M",
    ] {
      #expect(encode("\"\(text)\"", column(.interval, isLenient: true)).problem?.code == "type.interval")
    }
    for text in [
      "P2147483648M", "P178956971Y", "P306783379W", "PT2562047789H", "PT99999999999999999999S", "P178956970Y8M",
    ] {
      #expect(encode("\"\(text)\"", column(.interval)).problem?.code == "range.interval")
    }
    #expect(encode("\"PT0.1234567S\"", column(.interval)).problem?.code == "exact.interval")
    #expect(encode("\"PT2562047788H54.775807S\"", column(.interval)).value?.first == 0x7F)
  }

  @Test("an address has a family, a prefix and its bytes")
  func addresses() {
    func inet(_ text: String) -> [UInt8]? { encode("\"\(text)\"", column(.inet)).value }
    let zeros = [UInt8](repeating: 0, count: 16)
    #expect(inet("192.168.0.255") == [2, 32, 0, 4, 192, 168, 0, 255])
    #expect(inet("10.1.2.3/8") == [2, 8, 0, 4, 10, 1, 2, 3])
    #expect(inet("0.0.0.0/0") == [2, 0, 0, 4, 0, 0, 0, 0])
    #expect(inet("::") == [3, 128, 0, 16] + zeros)
    #expect(inet("::1/64") == [3, 64, 0, 16] + zeros.dropLast() + [1])
    #expect(inet("1::") == [3, 128, 0, 16, 0, 1] + zeros.dropLast(2))
    #expect(inet("2001:DB8::a:0:1") == [3, 128, 0, 16, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0xA, 0, 0, 0, 1])
    #expect(inet("::ffff:1.2.3.4") == [3, 128, 0, 16] + zeros.prefix(10) + [255, 255, 1, 2, 3, 4])
    #expect(inet("1:2:3:4:5:6:1.2.3.4/127") == [3, 127, 0, 16, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1, 2, 3, 4])
    #expect(inet("1:2:3:4:5:6:7:8") == [3, 128, 0, 16, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8])
    #expect(inet("1:2:3:4:5:6:7::") == [3, 128, 0, 16, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0])
    #expect(encode("\" ::1 \"", column(.inet)).problem?.isLenienceEnough == true)
    #expect(encode("\" 10.0.0.1/8 \"", column(.inet, isLenient: true)).value == [2, 8, 0, 4, 10, 0, 0, 1])
  }

  @Test(
    "what is no address is refused",
    arguments: [
      "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.04", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/08",
      "1.2.3.4/-1",
      "1.2.3.x", "1.2.3.4x", ":", ":::", "1:", ":1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::",
      "::1:2:3:4:5:6:7:8", "12345::", "g::", "::1/129", "::1%eth0", "1.2.3.4::", "::1.2.3", "::1.2.3.256",
      "1:2:3:4:5:6:7:1.2.3.4",
      "::1.2.3.4:5", "1:2:3:4:5:6:7:8:",
    ])
  func badAddresses(text: String) {
    #expect(encode("\"\(text)\"", column(.inet, isLenient: true)).problem?.code == "type.inet")
  }
}
