import PipelineSpec
import Testing

@Suite struct `A variable` {
  func directory(_ value: String, _ environment: [String: String] = [:]) throws -> String {
    try parse("source: { directory: \(value) }\n" + pipeline(), environment: environment).sourceDirectory
  }

  @Test func `is put into values`() throws {
    #expect(try directory("${A}", ["A": "/data"]) == "/data")
    #expect(try directory("/x${A}y${B_2}z", ["A": "1", "B_2": "2"]) == "/x1y2z")
    #expect(try directory("\"/${A}\"", ["A": "q"]) == "/q")
    #expect(try directory("'/${A}'", ["A": "q"]) == "/q")
  }

  @Test func `takes its default when it is unset or empty`() throws {
    #expect(try directory("${A:-/d}") == "/d")
    #expect(try directory("${A:-/d}", ["A": ""]) == "/d")
    #expect(try directory("${A:-/d}", ["A": "/e"]) == "/e")
  }

  @Test func `may have a default with what means something in YAML`() throws {
    let text = "target: { database: ${DB:-postgres://u:p@h/db?a=[b], c: {d #e}, schema: ${S:-ü, &s} }\n" + pipeline()
    let pipeline = try parse(text)
    #expect(pipeline.database == "postgres://u:p@h/db?a=[b], c: {d #e")
    #expect(pipeline.schema == "ü, &s")
  }

  @Test func `is left alone where it is none`() throws {
    #expect(try directory("/a$b$") == "/a$b$")
    #expect(try directory("/a$$b$$$$") == "/a$b$$")
    #expect(try directory("'/$${A}'") == "/${A}")
    let rules = try parse(pipeline(rule: "{ rule: pattern, of: id, pattern: '^a$' }")).datasets[0].checks.rules
    #expect(rules[0].condition == .pattern("^a$"))
  }

  @Test func `is all that a dollar sign means in a pointer`() throws {
    func column(_ at: String) throws -> Column.Source {
      try parse(pipeline(column: "{ column: a, type: text, at: \(at) }"), environment: ["A": "x"]).datasets[0].columns[
        2
      ]
      .source
    }
    for (written, key) in [
      ("/$$hashKey", "$$hashKey"), ("/$oid", "$oid"), ("'/${1'", "${1"), ("'/${}'", "${}"), ("'/${A-b}'", "${A-b}"),
      ("/${A}$", "x$"), ("'/$${A}'", "$x"), ("/${B:-y}", "y"),
    ] {
      #expect(try column(written) == .pointer(JSONPointer(tokens: [key])), "\(written)")
    }
    #expect(try parse(pipeline(from: "{ file: a, at: /$$a }")).datasets[0].source.at.tokens == ["$$a"])
    let rule = try parse(pipeline(rule: "{ rule: date, of: 'doc/$$a' }")).datasets[0].checks.rules[0]
    #expect(rule.operands == [Operand(column: "doc", path: [.key("$$a")])])
  }

  @Test func `never adds structure, whatever it holds`() throws {
    let evil = "x, mode: sync }\nbackup: [*a"
    #expect(
      try parse(pipeline(into: "{ table: ${T} }"), environment: ["T": evil]).datasets[0].destination.table == evil)
    let again = try parse(pipeline(into: "{ table: ${T} }"), environment: ["T": "${HOME}$$"])
    #expect(again.datasets[0].destination.table == "${HOME}$$")
  }

  @Test func `is not put into keys`() {
    #expect(
      problems("${A}: 1\n" + pipeline(), environment: ["A": "migrations"])
        == ["1:1: unknown key `${A}` in the pipeline"])
  }

  @Test func `makes numbers and flags`() throws {
    let text = "backup: { level: ${LEVEL:-7} }\n" + pipeline(more: ", volatile: ${V}")
    let pipeline = try parse(text, environment: ["V": "true"])
    #expect(pipeline.backup.level == 7)
    #expect(pipeline.datasets[0].isVolatile)
  }

  @Test func `that is empty leaves the database to libpq`() throws {
    let text = "target: { database: ${DATABASE_URL:-} }\n" + pipeline()
    #expect(try parse(text).database == nil)
    #expect(try parse(text, environment: ["DATABASE_URL": "postgres://x"]).database == "postgres://x")
    #expect(try parse("target: { database: }\n" + pipeline()).database == nil)
  }

  @Test(
    "that cannot be put in is told by name and place",
    arguments: [
      Flaw("${NOPE}", "environment variable `NOPE` is not set, and has no default"),
      Flaw("'${A'", "`${` without `}`; write `$$` for a dollar sign"),
      Flaw("'${1A}'", "`${1A}` is not `${NAME}` or `${NAME:-default}`; write `$$` for a dollar sign"),
      Flaw("'${}'", "`${}` is not `${NAME}` or `${NAME:-default}`; write `$$` for a dollar sign"),
      Flaw("'${A-b}'", "`${A…}` is not `${NAME}` or `${NAME:-default}`; write `$$` for a dollar sign"),
      Flaw("'${A:-${B}}'", "the default of `A` must not hold another variable"),
    ])
  func problem(_ flaw: Flaw) {
    let found = problems("source: { directory: \(flaw.yaml) }\n" + pipeline(), environment: ["HOME": "/root"])
    #expect(found == ["1:22: \(flaw.problem)"])
  }

  @Test func `never shows its value in a message`() {
    let secret = "hunter2 hunter2"
    let text = """
      pipeline: ${S}
      backup: { level: ${S} }
      datasets:
        - { dataset: '${S}', from: { file: '/${S}', format: ${S} }, into: { table: t, mode: ${S}, create: ${S} },
            columns: [ { column: a, type: '${S}[][]', at: '${S}', zone: '${S}' } ],
            rules: [ { rule: '${S}', of: a }, { rule: range, of: a, min: '${S}' }, { rule: date, of: '${S}' } ] }
      """
    let found = problems(text, environment: ["S": secret])
    #expect(found.count >= 12)
    #expect(found.filter { $0.contains("hunter2") } == [])
  }

  @Test func `hides behind no private character of the text`() {
    #expect(problems("a: \u{10FF24}") == ["1:1: the file has a private-use character (U+10FF00 to U+10FF7F)"])
  }
}
