import Foundation
import PipelineSpec
import Records
import SampleData
import TestSupport
import Testing
import Transform
import Validate

/// `where` over records made by chance, against the plainest reading of it.
@Suite("Where over random records") struct WherePropertyTests {
  /// A value as a tree.
  private indirect enum Tree: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Int)
    case string(String)
    case list([Tree])
    case object([String: Tree])

    var json: String {
      switch self {
      case .null: "null"
      case .bool(let value): "\(value)"
      case .number(let value): "\(value)"
      case .string(let text): "\"" + text.unicodeScalars.map { $0 == "a" ? "\\u0061" : "\($0)" }.joined() + "\""
      case .list(let elements): "[" + elements.map(\.json).joined(separator: ", ") + "]"
      case .object(let members):
        "{" + members.sorted { $0.key < $1.key }.map { "\"\($0)\": \($1.json)" }.joined(separator: ",") + "}"
      }
    }

    /// The JSON values that a path leads to, nil for one that leads nowhere.
    func values(_ path: ArraySlice<String>) -> [Tree?] {
      guard let step = path.first else { return [self] }
      switch (self, step) {
      case (.list(let elements), "*"): return elements.flatMap { $0.values(path.dropFirst()) }
      case (.object(let members), _) where step != "*": return members[step]?.values(path.dropFirst()) ?? [nil]
      default: return [nil]
      }
    }
  }

  /// A rule, and what it says of a value: true, false, or nil where it cannot judge.
  private struct Question: Sendable {
    var yaml: String
    var path: [String]
    var `default`: Tree?
    var holds: @Sendable (Tree?) -> Bool?

    func leavesOut(_ record: Tree) -> Bool {
      record.values(path[...]).contains { value in holds(value ?? `default`) == false }
    }
  }

  private static func number(_ value: Tree) -> Int? {
    switch value {
    case .number(let number): number
    case .string(let text): Int(text)
    default: nil
    }
  }

  private static func day(_ value: Tree) -> String? {
    guard case .string(let text) = value, text.hasPrefix("2024-") else { return nil }
    return text
  }

  /// Of a value that is there; null and missing pass.
  private static func there(_ holds: @escaping @Sendable (Tree) -> Bool?) -> @Sendable (Tree?) -> Bool? {
    { value in value == nil || value == .null ? true : value.flatMap(holds) }
  }

  private static let questions: [Question] = [
    Question(yaml: "rule: notEmpty, of: t", path: ["t"]) { $0 != nil && $0 != .null && $0 != .string("") },
    Question(yaml: "rule: notEmpty, of: /o/x", path: ["o", "x"]) { $0 != nil && $0 != .null && $0 != .string("") },
    Question(
      yaml: "rule: oneOf, of: t, values: [a, '7']", path: ["t"],
      holds: there { $0 == .string("a") || $0 == .string("7") }),
    Question(
      yaml: "rule: oneOf, of: /t, values: [a, 7, true]", path: ["t"],
      holds: there { [.string("a"), .number(7), .bool(true)].contains($0) }),
    Question(
      yaml: "rule: oneOf, of: n, values: [7, -1]", path: ["n"], default: .number(7),
      holds: there { value in number(value).map { [7, -1].contains($0) } ?? false }),
    Question(
      yaml: "rule: range, of: n, min: 0, max: 7", path: ["n"], default: .number(7),
      holds: there { value in number(value).map { (0...7).contains($0) } }),
    Question(
      yaml: "rule: range, of: '/l/*', min: 0", path: ["l", "*"],
      holds: there { if case .number(let number) = $0 { number >= 0 } else { nil } }),
    Question(
      yaml: "rule: range, of: d, max: 2024-06-30", path: ["d"], holds: there { day($0).map { $0 <= "2024-06-30" } }),
    Question(
      yaml: "rule: length, of: /t, max: 1", path: ["t"],
      holds: there {
        switch $0 {
        case .string(let text): text.count <= 1
        case .list(let elements): elements.count <= 1
        default: nil
        }
      }),
    Question(
      yaml: "rule: pattern, of: doc/o/x, pattern: '[a-c]*'", path: ["o", "x"],
      holds: there { if case .string(let text) = $0 { text.allSatisfy { "abc".contains($0) } } else { nil } }),
    Question(
      yaml: "rule: type, of: n, is: number", path: ["n"], default: .number(7),
      holds: there { if case .number = $0 { true } else { false } }),
    Question(
      yaml: "rule: type, of: /o, is: object", path: ["o"], holds: there { if case .object = $0 { true } else { false } }
    ),
    Question(yaml: "rule: date, of: d", path: ["d"], holds: there { day($0) != nil }),
  ]

  private static func value(_ random: inout SplitMix64, _ depth: Int = 2) -> Tree {
    let texts = ["", "a", "b", "abc", "7", "-1", "2024-01-31", "2024-12-31", "31.12.2024"]
    switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2, 3: return .number([-1, 0, 7, 8].randomElement(using: &random) ?? 0)
    case 4, 5, 6: return .string(texts.randomElement(using: &random) ?? "")
    case 7, 8: return .list((0..<Int.random(in: 0...2, using: &random)).map { _ in value(&random, depth - 1) })
    default: return .object(["x": value(&random, depth - 1)])
    }
  }

  private static func record(_ random: inout SplitMix64) -> Tree {
    var members: [String: Tree] = [:]
    for key in ["t", "n", "d", "o", "l"] where Int.random(in: 0..<5, using: &random) > 0 {
      members[key] = value(&random)
    }
    return .object(members)
  }

  @Test("says what a plain reading of the rules says, whatever the columns make of the records", arguments: 0..<30)
  func agrees(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed), record: 0)
    let records = (0..<200).map { _ in Self.record(&random) }
    let questions = (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
      Self.questions.randomElement(using: &random)
    }
    let bench = try StageBench(Array(records.map(\.json).joined(separator: "\n").utf8))
    let dataset = try bench.dataset(
      yaml(
        ["t text", "n int4, default: 7", "d date", "doc jsonb, at: \"\""],
        filters: questions.map(\.yaml)))
    let scalars: [ScalarType] = [.text, .int4, .date, .jsonb]
    let layout = TableLayout(
      schema: "public", table: "things",
      columns: zip(dataset.columns, scalars).map { column, scalar in
        ColumnLayout(name: column.name, scalar: scalar, isLenient: column.isLenient)
      })
    let filters = try FilterSet(dataset.checks.filters, layout: layout)
    let filter = RecordFilter(filters)
    var transformer = Transformer(
      dataset: dataset, layout: layout, now: "2026-11-23T05:12:00Z", depthLimit: 64, filterPlaces: filters.places)
    var left = Set(records.indices.map { Int64($0) })
    var filtered = 0
    for batch in try bench.direct(dataset) {
      let rows = try transformer.transform(batch, leavingOut: filter.leavesOut)
      for record in rows.records { left.remove(record.ordinal) }
      for rejection in rows.rejections { left.remove(rejection.position.ordinal) }
      filtered += rows.filtered
      #expect(rows.isBalanced)
    }
    let expected = records.indices.filter { i in questions.contains { $0.leavesOut(records[i]) } }
    #expect(left.sorted() == expected.map { Int64($0) }, "\(questions.map(\.yaml))")
    #expect(filtered == expected.count)
  }
}
