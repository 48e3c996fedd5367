import PipelineSpec
import Testing

@Suite struct `A rule` {
  @Test(
    "is read",
    arguments: [
      ("{ rule: required, of: [id, n] }", Rule.Condition.required),
      ("{ rule: unique, of: [id, doc/slug] }", .unique),
      ("{ rule: oneOf, of: doc/a, values: [a, '1', 1, null, true] }", .oneOf(["\"a\"", "\"1\"", "1", "null", "true"])),
      ("{ rule: range, of: n, min: 0 }", .range(min: "0", max: nil)),
      ("{ rule: range, of: n, max: 1e2 }", .range(min: nil, max: "1e2")),
      ("{ rule: length, of: id, min: 1, max: 1 }", .length(min: 1, max: 1)),
      ("{ rule: pattern, of: id, pattern: '[a-z]+\\d{2}' }", .pattern("[a-z]+\\d{2}")),
      ("{ rule: type, of: doc/a, is: string }", .type(.string)),
      ("{ rule: date, of: id }", .date),
    ])
  func read(_ yaml: String, _ condition: Rule.Condition) throws {
    let rule = try #require(parse(pipeline(rule: yaml)).datasets[0].rules.first)
    #expect(rule.condition == condition)
    #expect(rule.line == 7)
    #expect(rule.severity == .error)
    #expect(yaml.contains("rule: \(rule.name),"))
  }

  @Test func `of each name can be written`() {
    // Every condition's name is known to the reader, which lists the names when it meets another.
    let known = problems(pipeline(rule: "{ rule: x, of: id }")).joined()
    let conditions: [Rule.Condition] = [
      .required, .unique, .oneOf([]), .range(min: nil, max: nil), .length(min: nil, max: nil), .pattern(""),
      .type(.string), .date,
    ]
    for condition in conditions {
      #expect(known.contains("`\(Rule(condition: condition, operands: []).name)`"))
    }
  }

  @Test func `looks at a column or inside one`() throws {
    func operands(_ of: String, column: String = "{ column: id, type: text, at: /id }") throws -> [Operand] {
      try #require(parse(pipeline(column: column, rule: "{ rule: required, of: \(of) }")).datasets[0].rules.first)
        .operands
    }
    #expect(try operands("id") == [Operand(column: "id")])
    #expect(try operands("[n, id]") == [Operand(column: "n"), Operand(column: "id")])
    #expect(
      try operands("'doc/a~1b/*/~0/0/'")
        == [Operand(column: "doc", path: [.key("a/b"), .each, .key("~"), .key("0"), .key("")])])
    #expect(
      try operands("a~1b", column: "{ column: a/b, type: text, at: /id }") == [Operand(column: "a/b")])
  }

  @Test(
    "may look at the elements of an array, and at whatever a type of the target has",
    arguments: [("'text[]'", "c/*", "pattern, pattern: a"), ("mood", "c", "range, min: 1"), ("doc", "c/a/b", "date")])
  func unknownTypes(_ type: String, _ operand: String, _ rule: String) {
    let yaml = pipeline(column: "{ column: c, type: \(type), at: /c }", rule: "{ of: \(operand), rule: \(rule) }")
    #expect(problems(yaml) == [])
  }

  @Test(
    "has operands that print as they were written", arguments: ["id", "a~1b", "doc/a~1b/*/~0/0/", "doc/é/\u{301}x"])
  func operandText(_ text: String) throws {
    #expect(try #require(Operand(text)).description == text)
  }

  @Test func `may be a warning`() throws {
    let rule = "{ rule: date, of: id, severity: warning }"
    #expect(try parse(pipeline(rule: rule)).datasets[0].rules[0].severity == .warning)
  }

  @Test func `filters without a severity`() throws {
    let dataset = try parse(pipeline(filter: "{ rule: length, of: id, min: 1 }")).datasets[0]
    #expect(dataset.rules.isEmpty)
    #expect(dataset.filters.map(\.condition) == [.length(min: 1, max: nil)])
  }
}
