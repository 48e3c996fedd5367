public import Records

/// Random JSON values, the same ones in every run.
public struct RandomValues: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  // SplitMix64
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  public mutating func int(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }
  public mutating func chance(_ one: Int) -> Bool { int(1...one) == 1 }

  private mutating func pick(_ choices: [String]) -> String { choices[int(0...choices.count - 1)] }

  public mutating func digits(_ count: ClosedRange<Int>) -> String {
    (0..<int(count)).map { _ in String(int(0...9)) }.joined()
  }

  private mutating func two(_ range: ClosedRange<Int>) -> String {
    let number = int(range)
    return number < 10 ? "0\(number)" : "\(number)"
  }

  /// A JSON value that a column of the type takes.
  public mutating func json(_ type: ScalarType) -> String {
    switch type {
    case .bool: pick(["true", "false"])
    case .int2: "\(int(-32_768...32_767))"
    case .int4: chance(4) ? pick(["1e3", "-20.00e1", "0", "-0", "1.0"]) : "\(int(-2_147_483_648...2_147_483_647))"
    case .int8: chance(4) ? "\(Int.min)" : "\(Int(truncatingIfNeeded: next()))"
    case .numeric: number(exponents: -40...300)
    case .float4: number(exponents: -30...20, length: 12)
    case .float8: number(exponents: -300...280, length: 21)
    case .text,
      .json where chance(2):
      string()
    case .uuid: pick(["\"\(uuid())\"", "\"\(uuid().filter { $0 != "-" }.uppercased())\""])
    case .bytea: "\"\\\\x" + (0..<int(0...40)).map { _ in two(10...99) }.joined() + "\""
    case .date: chance(20) ? pick(["\"infinity\"", "\"-infinity\""]) : "\"\(date())\""
    case .time: "\"\(time())\""
    case .timestamp: "\"\(date())\(pick([" ", "T"]))\(time())\""
    case .timestamptz: "\"\(date())T\(time())\(pick(["Z", "+01", "-0330", "+14:00", "-12:34:56"]))\""
    case .interval: "\"\(interval())\""
    case .inet: "\"\(address())\""
    case .json, .jsonb: value(depth: 4)
    }
  }

  private mutating func number(exponents: ClosedRange<Int>, length: Int = 45) -> String {
    let whole = chance(3) ? "0" : "\(int(1...9))" + digits(0...length / 2)
    let fraction = chance(2) ? "" : "." + digits(1...length / 2)
    let exponent = chance(2) ? "" : pick(["e", "E"]) + "\(int(exponents))"
    return pick(["", "-"]) + whole + fraction + exponent
  }

  private mutating func uuid() -> String {
    let hex = Array("0123456789abcdef")
    return [8, 4, 4, 4, 12].map { count in String((0..<count).map { _ in hex[int(0...15)] }) }.joined(separator: "-")
  }

  private mutating func date() -> String {
    let year = chance(4) ? int(1...9_999) : int(1_890...2_110)
    let digits = "\(year)"
    return String(repeating: "0", count: 4 - digits.count) + digits + "-" + two(1...12) + "-" + two(1...28)
  }

  private mutating func time() -> String {
    two(0...23) + ":" + two(0...59) + (chance(5) ? "" : ":" + two(0...59) + (chance(2) ? "" : "." + digits(1...6)))
  }

  private mutating func interval() -> String {
    var text = "P"
    for unit in ["Y", "M", "W", "D"] where chance(2) { text += "\(int(-99...99))" + unit }
    text += "T\(int(-30...30))H"
    if chance(2) { text += "\(int(-80...80))M" }
    if chance(2) { text += pick(["", "-"]) + "\(int(0...99))." + digits(1...6) + "S" }
    return text
  }

  private mutating func address() -> String {
    if chance(2) {
      let address = (0..<4).map { _ in "\(int(0...255))" }.joined(separator: ".")
      return address + pick(["", "/32", "/\(int(0...32))"])
    }
    let groups = (0..<8).map { _ in chance(2) ? "0" : String(int(0...65_535), radix: 16) }
    let gap = ["::1", "::", "fe80::\(groups[0])", "1::2:3", "::ffff:10.1.2.3", "::\(groups[1]):0:0", "1:2:3:4:5:6:7::"]
    return (chance(2) ? pick(gap) : groups.joined(separator: ":")) + pick(["", "/128", "/\(int(0...128))"])
  }

  /// A JSON string, some of it written with escapes it need not have.
  public mutating func string(_ lengths: ClosedRange<Int> = 0...40) -> String {
    var text = "\""
    for _ in 0..<int(lengths) {
      switch int(1...14) {
      case 1: text += pick(["\\n", "\\t", "\\r", "\\b", "\\f", "\\\"", "\\\\", "\\/", "\\u001f", "\\u000B"])
      case 2: text += pick(["\\u0041", "\\u00e9", "\\u20AC", "\\ud83d\\ude00", "\\u007f", "\\u2028"])
      case 3: text += pick(["é", "€", "😀", "日本", "\u{7F}", "{", "}", ",", "NULL", "\\\\N", "\\\\."])
      default: text += pick(["a", "b", "xyz", " ", "0", "hello world, this is longer than a block"])
      }
    }
    return text + "\""
  }

  private mutating func space() -> String { chance(6) ? pick([" ", "\n  ", "\t", "\r\n"]) : "" }

  /// Any JSON value, with white space here and there and no key twice in an object.
  public mutating func value(depth: Int) -> String {
    switch int(1...(depth > 0 ? 9 : 6)) {
    case 1: return pick(["true", "false", "null"])
    case 2, 3: return number(exponents: -20...60)
    case 4, 5, 6: return string(0...20)
    case 7:
      let elements = (0..<int(0...5)).map { _ in space() + value(depth: depth - 1) + space() }
      return "[" + (elements.isEmpty ? space() : elements.joined(separator: ",")) + "]"
    default:
      let members = (0..<int(0...6)).map { i in
        "\(space())\"\(i)\(string(0...12).dropFirst())\(space()):\(space())\(value(depth: depth - 1))\(space())"
      }
      return "{" + (members.isEmpty ? space() : members.joined(separator: ",")) + "}"
    }
  }
}
