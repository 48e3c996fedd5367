import PipelineSpec
import Records
import Testing

@testable import Validate

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

/// A JSON value as a tree, and what the rules mean for it, written down as plainly as can be.
private indirect enum Tree: Equatable {
  case null
  case bool(Bool)
  case number(Int)
  case string(String)
  case array([Tree])
  case object([Member])

  struct Member: Equatable {
    var key: String
    var value: Tree
  }

  static let words = ["", "a", "b", "\"", "\\", "é", "😀", "\n", "0", "1"]

  static func random(_ depth: Int, _ random: inout SeededGenerator) -> Tree {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2, 3: return .number(.random(in: -3...3, using: &random))
    case 4:
      return .string(
        (0..<Int.random(in: 0...2, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined())
    case 5, 6:
      return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in .random(depth - 1, &random) })
    default:
      return .object(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          Member(key: words.randomElement(using: &random) ?? "", value: .random(depth - 1, &random))
        })
    }
  }

  func written(_ random: inout SeededGenerator) -> String {
    let space = ["", "", "", " ", "\n\t"].randomElement(using: &random) ?? ""
    switch self {
    case .null: return "null" + space
    case .bool(let value): return "\(value)" + space
    case .number(let value):
      return "\(value)" + (["", "", ".0", ".000", "e0", "E+00"].randomElement(using: &random) ?? "") + space
    case .string(let text): return Self.quoted(text, &random) + space
    case .array(let elements):
      var parts: [String] = []
      for element in elements { parts.append(space + element.written(&random)) }
      return "[" + parts.joined(separator: ",") + space + "]"
    case .object(let members):
      var parts: [String] = []
      for member in members {
        parts.append(space + Self.quoted(member.key, &random) + space + ":" + space + member.value.written(&random))
      }
      return "{" + parts.joined(separator: ",") + space + "}" + space
    }
  }

  private static func quoted(_ text: String, _ random: inout SeededGenerator) -> String {
    var written = "\""
    for unit in text.utf16 {
      let isPlain = unit > 31 && unit != 34 && unit != 92 && unit < 128
      if isPlain, Int.random(in: 0..<4, using: &random) > 0 {
        written.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      } else {
        let digits = String(unit, radix: 16)
        written += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return written + "\""
  }

  func values(at path: ArraySlice<Operand.Step>) -> [Tree?] {
    guard let step = path.first else { return [self] }
    switch (step, self) {
    case (.each, .array(let elements)): return elements.flatMap { $0.values(at: path.dropFirst()) }
    case (.key(let key), .object(let members)):
      return members.last { $0.key == key }.map { $0.value.values(at: path.dropFirst()) } ?? [nil]
    case (.key(let key), .array(let elements)):
      guard let index = Int(key), elements.indices.contains(index) else { return [nil] }
      return elements[index].values(at: path.dropFirst())
    default: return [nil]
    }
  }

  static func holds(_ condition: Rule.Condition, _ value: Tree?) -> Bool {
    if condition == .notEmpty { return value != nil && value != .null && value != .string("") }
    guard let value, value != .null else { return true }
    switch (condition, value) {
    case (.range, .number(let number)): return number >= 0 && number <= 2
    case (.length, .string(let text)): return (1...2).contains(text.unicodeScalars.count)
    case (.length, .array(let elements)): return (1...2).contains(elements.count)
    case (.oneOf, _): return value == .number(1) || value == .string("😀\"") || value == .bool(true)
    case (.type(.array), .array), (.type(.string), .string), (.type(.integer), .number): return true
    case (.pattern, .string(let text)): return text.isEmpty || text == "a"
    default: return false
    }
  }
}

@Suite("Rules over random records")
struct PropertyTests {
  private static let conditions: [Rule.Condition] = [
    .notEmpty, .range(min: "-0.5", max: "2"), .length(min: 1, max: 2), .oneOf(["1", #""😀\"""#, "true"]), .type(.array),
    .type(.string), .type(.integer), .pattern("a?"),
  ]
  private static let steps: [Operand.Step] = [.each, .each] + Tree.words.map { .key($0) }

  @Test("agree with the plainest reading of them", arguments: 0..<40)
  func agree(seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed))
    var rules: [Rule] = []
    for _ in 0..<8 {
      let path = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        Self.steps.randomElement(using: &random) ?? .each
      }
      let condition = Self.conditions.randomElement(using: &random) ?? .notEmpty
      rules.append(
        Rule(
          condition: condition, operands: [Operand(column: "c", path: path)],
          severity: Bool.random(using: &random) ? .error : .warning))
    }
    let trees = (0..<150).map { _ in Tree.random(4, &random) }
    let texts = trees.map { $0.written(&random) }
    var rows = batch(texts.map { [.jsonb($0)] })
    let validator = try Validator(rules: rules, layout: layout(("c", .jsonb)), spillFolder: "/nowhere")
    try validator.validate(&rows)

    func breaks(_ rule: Rule, _ tree: Tree) -> Bool {
      tree.values(at: rule.operands[0].path[...]).contains { !Tree.holds(rule.condition, $0) }
    }
    let rejected = trees.indices.filter { number in
      rules.contains { $0.severity == .error && breaks($0, trees[number]) }
    }
    let kept = trees.indices.filter { !rejected.contains($0) }
    let warnings = kept.reduce(0) { sum, number in
      sum + rules.count { $0.severity == .warning && breaks($0, trees[number]) }
    }
    #expect(rows.records.map { Int($0.ordinal) } == kept)
    #expect(rows.rejections.map { Int($0.position.ordinal) } == rejected)
    #expect(rows.warningCount == warnings)
    #expect(rows.isBalanced)
    let expected = batch(kept.map { [.jsonb(texts[$0])] })
    #expect(Array(rows.own.bytes.bytes) == Array(expected.own.bytes.bytes))
  }

  @Test("unique agrees with a dictionary, spilling all the while", arguments: 0..<6)
  func unique(seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed))
    let folder = try Folder()
    let validator = try Validator(
      rules: [rule(.unique, "c")], layout: layout(("c", .int8)), limits: .init(uniqueMemory: 2048),
      spillFolder: folder.path)
    var first: [Int64: Int] = [:]
    for start in stride(from: 0, to: 4000, by: 400) {
      let values = (0..<400).map { _ in Int64.random(in: 0..<4000, using: &random) }
      var rows = batch(values.map { [.int8($0)] }, firstOrdinal: Int64(start))
      try validator.validate(&rows)
      var expected: [String] = []
      for (number, value) in values.enumerated() {
        if let earlier = first[value] {
          expected.append(
            "\(start + number): c repeats the key of record \(earlier) (counted from 0) at byte \(earlier * 10)")
        } else {
          first[value] = start + number
        }
      }
      #expect(rows.rejections.map { "\($0.position.ordinal): \($0.reason)" } == expected)
    }
  }

  @Test("damaged texts and fields are refused or judged, never a crash", arguments: 0..<40)
  func damaged(seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed))
    let table = layout(("c", .jsonb), ("n", .numeric), ("a", .numeric), arrays: ["a"])
    let rules = [
      rule(.notEmpty, "c/a/*", "c/b/0", "c/\"/a"), rule(.length(min: 1, max: 2), "c/a", "c", "a"),
      rule(.unique, "c/*/a"),
      rule(.type(.integer), "n", "a/*", "c/a"), rule(.range(min: "1", max: "1e9"), "n", "a/*", "c/b"),
      rule(.unique, "n", "a", "c"),
    ]
    let validator = try Validator(rules: rules, layout: table, spillFolder: "/nowhere")
    var judged = 0
    for _ in 0..<200 {
      var bytes: [[UInt8]] = [
        Field.jsonb(Tree.random(4, &random).written(&random)), .numeric("12345.678"),
        .array([.numeric("1"), .null, .numeric("-70000")]),
      ].map { $0.bytes ?? [] }
      let place = Int.random(in: 0..<3, using: &random)
      if Bool.random(using: &random) {
        bytes[place] = Array(bytes[place].prefix(Int.random(in: 0...bytes[place].count, using: &random)))
      } else if !bytes[place].isEmpty {
        bytes[place][Int.random(in: 0..<bytes[place].count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      var rows = batch([bytes.map { .raw($0) }])
      let error = try refusal(of: &rows, by: validator)
      if error == nil { judged += 1 }
      #expect(error.map { $0.code == "validate.row" } ?? (rows.read == rows.records.count + rows.rejections.count))
    }
    #expect(judged > 0)
  }

  private func refusal(of rows: inout RowBatch, by validator: Validator) throws -> ValidateError? {
    do {
      try validator.validate(&rows)
      return nil
    } catch let error as ValidateError {
      return error
    }
  }
}
