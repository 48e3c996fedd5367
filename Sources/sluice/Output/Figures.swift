/// Numbers as a person reads them.
enum Figures {
  /// `1,000,000`
  static func grouped(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits = String(digits.dropLast(3))
    }
    groups.insert(digits, at: 0)
    return (number < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// The whole part of a number, as far as `Int` goes; 0 for none.
  static func whole(_ number: Double) -> Int {
    if let exact = Int(exactly: number.rounded(.towardZero)) { return exact }
    return number.isNaN ? 0 : number > 0 ? .max : .min
  }

  /// `171.4`
  static func oneDigit(_ number: Double) -> String {
    let tenths = whole((number * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }

  /// `443.4 MB`
  static func bytes(_ count: Int64) -> String {
    switch count {
    case ..<10_000: "\(grouped(Int(count))) bytes"
    case ..<1_000_000: "\(oneDigit(Double(count) / 1e3)) kB"
    case ..<1_000_000_000: "\(oneDigit(Double(count) / 1e6)) MB"
    default: "\(oneDigit(Double(count) / 1e9)) GB"
    }
  }

  /// `3 s`, `2 min 5 s`, `1 h 3 min`
  static func time(_ seconds: Double) -> String {
    let whole = whole(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
