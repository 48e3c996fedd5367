internal import Platform

/// The wall clock, read once for a run: as a label in its id and as its `$now`.
struct RunInstant: Sendable {
  private let seconds: Int
  private let microseconds: Int

  static func now() -> RunInstant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return RunInstant(seconds: time.tv_sec, microseconds: time.tv_nsec / 1000)
  }

  /// `20261123T051200Z-3fa9c1`: the second it began and six random digits.
  func newRunID() -> String {
    let parts = parts()
    let digits = String(UInt32.random(in: 0..<1 << 24), radix: 16)
    return "\(parts.year)\(parts.month)\(parts.day)T\(parts.hour)\(parts.minute)\(parts.second)Z-"
      + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// `2026-11-23T05:12:00.123456Z`
  var rfc3339: String {
    let parts = parts()
    return "\(parts.year)-\(parts.month)-\(parts.day)T\(parts.hour):\(parts.minute):\(parts.second)."
      + Self.padded(microseconds, 6) + "Z"
  }

  private func parts() -> (
    year: String, month: String, day: String, hour: String, minute: String, second: String
  ) {
    var time = time_t(seconds)
    var fields = tm()
    gmtime_r(&time, &fields)
    func two(_ value: Int32) -> String { Self.padded(Int(value), 2) }
    return (
      Self.padded(Int(fields.tm_year) + 1900, 4), two(fields.tm_mon + 1), two(fields.tm_mday), two(fields.tm_hour),
      two(fields.tm_min), two(fields.tm_sec)
    )
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
