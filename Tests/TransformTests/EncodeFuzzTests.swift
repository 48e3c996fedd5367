import Records
import Testing

@testable import Transform

@Suite("Nothing that comes in brings an encoder down")
struct EncodeFuzzTests {
  private static let layouts: [ColumnLayout] = ScalarType.allCases.flatMap { scalar in
    let limits: [ColumnLayout.Limit] =
      switch scalar {
      case .numeric:
        [.none, .decimal(precision: 7, scale: 2), .decimal(precision: 2, scale: 4), .decimal(precision: 3, scale: -2)]
      case .text: [.none, .characters(5)]
      case .time, .timestamp, .timestamptz, .interval: [.none, .fraction(0), .fraction(3)]
      default: [.none]
      }
    return limits.flatMap { limit in
      [false, true].flatMap { isLenient in
        [false, true].map { isArray in
          column(
            scalar, limit: limit, isArray: isArray, isLenient: isLenient, isTrimmed: isLenient,
            zone: isLenient ? 0 : nil)
        }
      }
    }
  }

  /// Encodes for every type; every problem has to explain itself.
  private func check(_ json: [UInt8]) {
    for layout in Self.layouts {
      guard let problem = encode(json, layout).problem else { continue }
      let isNamed = problem.code.hasSuffix(".\(layout.scalar)") && !problem.code.hasPrefix(".")
      let reason = problem.reason(column: layout)
      #expect(isNamed && reason.count > 20, "\(problem.code): \(reason)")
    }
  }

  @Test("random bytes as strings, with and without escapes")
  func strings() {
    var random = SeededGenerator(state: 2)
    let likely = Array(#"0123456789abcdefxPTYMDHSZ+-.:/\"u  "#.utf8)
    for round in 0..<600 {
      let length = Int.random(in: 0...40, using: &random)
      let bytes = (0..<length).map { _ in
        round % 3 == 0 ? UInt8.random(in: 0...255, using: &random) : likely.randomElement(using: &random) ?? 0
      }
      check([0x22] + bytes + [0x22])
    }
  }

  @Test("valid texts with one byte changed, missing or more")
  func mutations() {
    let seeds = [
      "2024-02-29T12:34:56.789+05:30", "P1Y2M3W4DT5H6M7.000008S", "12:34:56.789", "1:2::ffff:1.2.3.4/64",
      "01234567-89ab-cdef-0123-456789abcdef", "\\\\xdeadbeef", "-12.50e-3", "\\ud83d\\ude00 \\u00e9", "infinity",
    ]
    var random = SeededGenerator(state: 3)
    for seed in seeds {
      for _ in 0..<60 {
        var bytes = Array(seed.utf8)
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch random.next() % 3 {
        case 0: bytes[place] = UInt8.random(in: 32...126, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: 32...126, using: &random), at: place)
        }
        check([0x22] + bytes + [0x22])
      }
    }
  }

  @Test("random numbers, alone, in strings and in arrays")
  func numbers() {
    var random = SeededGenerator(state: 4)
    for _ in 0..<150 {
      let number = Array(random.number().utf8)
      check(number)
      check([0x22] + number + [0x22])
      check([0x5B] + number + [0x2C] + number + [0x5D])
    }
  }

  @Test("texts that are no JSON at all")
  func garbage() {
    var random = SeededGenerator(state: 5)
    let likely = Array(#"[]{},:"\ntfe-+.0123456789 u"#.utf8)
    for _ in 0..<500 {
      let length = Int.random(in: 1...30, using: &random)
      let first = Array("[{tfn1-".utf8).randomElement(using: &random) ?? 0x5B
      check([first] + (0..<length).map { _ in likely.randomElement(using: &random) ?? 0 })
    }
  }

  @Test("every problem has a code and a reason of its own")
  func problems() {
    var reasons: Set<String> = []
    for kind in ValueProblem.Kind.allCases {
      let problem = ValueProblem(kind: kind, scalar: .timestamptz, found: .string)
      #expect(problem.code == (kind == .noLabel ? "type.enum" : "\(kind.family).timestamptz"))
      reasons.insert(problem.reason(column: column(.timestamptz)))
    }
    #expect(reasons.count == ValueProblem.Kind.allCases.count)
  }

  @Test("a reason says what is accepted and what would help, in the words of the column")
  func reason() {
    var layout = column(.int4)
    layout.typeName = "integer"
    #expect(
      encode("\" 42\"", layout).problem?.reason(column: layout)
        == "the string is not a number as JSON writes it, for integer; expected an integer from -2147483648 to "
        + "2147483647, or a string that is one; set coerce: lenient to convert it")
    let list = column(.text, isArray: true)
    #expect(
      encode("\"a\"", list).problem?.reason(column: list)
        == "a string is not accepted for text[]; expected an array, each element of it null or a string; set coerce: "
        + "lenient to convert it")
    #expect(
      encode("[1]", list).problem?.reason(column: list)
        == "an element: a number is not accepted for text[]; expected a string; set coerce: lenient to convert it")
    let short = column(.text, limit: .characters(3))
    #expect(
      encode("\"secret\"", short).problem?.reason(column: short) == "the text has more than the 3 characters of text")
  }
}
