import PipelineSpec
import Testing

@Suite struct `A rule` {
  @Test(
    "is read",
    arguments: [
      ("{ rule: notEmpty, of: [id, n] }", Rule.Condition.notEmpty),
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
    let rule = try #require(parse(pipeline(rule: yaml)).datasets[0].checks.rules.first)
    #expect(rule.condition == condition)
    #expect(rule.line.number == 7)
    #expect(rule.severity == .error)
    #expect(yaml.contains("rule: \(rule.name),"))
  }

  @Test func `notEmpty may be written by its former name`() throws {
    let rule = try #require(parse(pipeline(rule: "{ rule: required, of: id }")).datasets[0].checks.rules.first)
    #expect(rule.name == "notEmpty")
    #expect(problems(pipeline(rule: "{ rule: required }")).first?.contains("rule `notEmpty` needs `of`") == true)
  }

  @Test(
    "of range takes bounds that values of the column can be held against, and no others",
    arguments: [
      ("int4", ["1", "-2.5e3"], ["2024-01-01", "x"]), ("float8", ["0.1"], ["08:00"]),
      ("date", ["2024-02-29", "'2024-02-29'"], ["2023-02-29", "2024-02-29T10:00:00", "1", "08:00:00"]),
      ("time", ["08:30", "24:00:00"], ["2024-01-01", "8:30", "0"]),
      ("timestamp", ["2024-01-01", "2024-01-01T08:00:00.5", "2024-01-01 08:00"], ["2024-01-01T08:00:00Z", "1"]),
      ("timestamptz", ["2024-01-01", "2024-01-01T08:00:00Z", "2024-01-01T08:00:00+05:30"], ["2024", "1"]),
      ("text", ["2024-01-01", "2024-01-01T08:00:00Z"], ["1", "soon"]),
      ("jsonb", ["1", "2024-01-01", "2024-01-01T08:00:00Z"], ["soon"]),
    ])
  func bounds(_ type: String, _ good: [String], _ bad: [String]) throws {
    let column = "{ column: id, type: \(type), at: /id }"
    for bound in good {
      #expect(problems(pipeline(column: column, rule: "{ rule: range, of: id, min: \(bound) }")) == [], "\(bound)")
    }
    for bound in bad {
      let found = problems(pipeline(column: column, filter: "{ rule: range, of: id, max: \(bound) }"))
      #expect(found.count == 1 && found[0].contains(": `max` must be "), "\(found)")
    }
  }

  @Test func `of range compares its bounds as what they are, in the column's zone`() {
    func found(_ type: String, _ bounds: String) -> [String] {
      problems(pipeline(column: "{ column: id, type: \(type), at: /id }", rule: "{ rule: range, of: id, \(bounds) }"))
    }
    #expect(found("date", "min: 2024-01-02, max: 2024-01-01") == ["7:51: `max` is below `min`: no value could pass"])
    #expect(found("timestamptz", "min: 2024-01-01T01:00:00Z, max: 2024-01-01T02:00:00+01:00") == [])
    #expect(found("timestamptz, zone: +02:00", "min: 2024-01-01T00:00:00Z, max: 2024-01-01T01:00:00").count == 1)
    #expect(found("jsonb", "min: 1, max: 2024-01-01") == ["7:42: `max` is of another kind than `min`"])
  }

  @Test func `looks into the record in where only`() throws {
    let filter = try #require(
      parse(pipeline(filter: "{ rule: oneOf, of: [/deleted, '/a~1b/*/c'], values: [false] }")).datasets[0].checks
        .filters.first
    )
    #expect(
      filter.operands == [
        Operand(column: nil, path: [.key("deleted")]), Operand(column: nil, path: [.key("a/b"), .each, .key("c")]),
      ])
    #expect(filter.operands.map(\.description) == ["/deleted", "/a~1b/*/c"])
    #expect(
      problems(pipeline(rule: "{ rule: notEmpty, of: /deleted }")) == [
        "7:28: `/deleted` is a place in the record, which only `where` looks at; a rule looks at what is loaded: name a "
          + "column"
      ])
  }

  @Test func `of each name can be written`() {
    // Every condition's name is known to the reader, which lists the names when it meets another.
    let known = problems(pipeline(rule: "{ rule: x, of: id }")).joined()
    let conditions: [Rule.Condition] = [
      .notEmpty, .unique, .oneOf([]), .range(min: nil, max: nil), .length(min: nil, max: nil), .pattern(""),
      .type(.string), .date,
    ]
    for condition in conditions {
      #expect(known.contains("`\(Rule(condition: condition, operands: []).name)`"))
    }
  }

  @Test func `looks at a column or inside one`() throws {
    func operands(_ of: String, column: String = "{ column: id, type: text, at: /id }") throws -> [Operand] {
      try #require(
        parse(pipeline(column: column, rule: "{ rule: required, of: \(of) }")).datasets[0].checks.rules.first
      )
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
    #expect(try parse(pipeline(rule: rule)).datasets[0].checks.rules[0].severity == .warning)
  }

  @Test func `filters without a severity`() throws {
    let dataset = try parse(pipeline(filter: "{ rule: length, of: id, min: 1 }")).datasets[0]
    #expect(dataset.checks.rules.isEmpty)
    #expect(dataset.checks.filters.map(\.condition) == [.length(min: 1, max: nil)])
  }
}
