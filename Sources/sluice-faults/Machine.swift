import FaultHarness
import Platform

/// What a table of results is worth nothing without.
enum Machine {
  static func facts(seed: UInt64, subject: String) -> [(String, String)] {
    var names = utsname()
    uname(&names)
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return [
      ("date", "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"),
      (
        "machine",
        "\(text(&names.machine)), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, Linux \(text(&names.release))"
      ),
      ("seed", "\(seed)"),
    ]
  }

  private static func text<Characters>(_ characters: inout Characters) -> String {
    withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
