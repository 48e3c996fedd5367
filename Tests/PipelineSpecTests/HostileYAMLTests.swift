import PipelineSpec
import Testing

@Suite struct `Hostile YAML` {
  /// Nine levels of nine: a few hundred bytes that stand for hundreds of millions of values.
  static let bomb: String = {
    var text = "a: &a [\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\"]\n"
    for (name, before) in zip("bcdefghi", "abcdefgh") {
      text += "\(name): &\(name) [" + Array(repeating: "*\(before)", count: 9).joined(separator: ",") + "]\n"
    }
    return text
  }()

  @Test func `of the billion laughs is refused at every anchor and alias`() {
    let found = problems(Self.bomb)
    #expect(found.contains("1:4: anchors (`&name`) are not used in pipeline files; write the value out"))
    #expect(found.count { $0.contains("aliases (`*name`)") } == 72)
    #expect(found.count { $0.contains("anchors (`&name`)") } == 9)
  }

  @Test func `with a bomb in its keys is refused`() {
    var text = "a: &a [x, x]\n"
    for level in 0..<40 { text += "? &k\(level) [*\(level == 0 ? "a" : "k\(level - 1)"), *a]\n: x\n" }
    #expect(problems(text).contains { $0.hasPrefix("2:3: anchors") })
  }

  @Test(
    "is refused with its place",
    arguments: [
      Flaw(
        "pipeline: *x",
        "1:11: aliases (`*name`) are not used in pipeline files; write the value out, or quote it if it is text"),
      Flaw(
        "!!map { pipeline: p }", "1:1: tags (`!name`) are not used in pipeline files; quote the value to make it text"),
      Flaw("pipeline: !!str p", "1:11: tags (`!name`) are not used in pipeline files; quote the value to make it text"),
      Flaw("pipeline: ! p", "1:11: tags (`!name`) are not used in pipeline files; quote the value to make it text"),
      Flaw("<<: { pipeline: p }", "1:1: merge keys (`<<`) are not used in pipeline files; write the keys out"),
      Flaw("pipeline: p\npipeline: p", "2:1: key `pipeline` stands here a second time"),
      Flaw("pipeline: p\n'pipeline': p", "2:1: key `pipeline` stands here a second time"),
      Flaw("? [a, b]\n: c", "1:3: a key must be a single value, not a list"),
      Flaw("---\npipeline: p\n---\npipeline: q", "3:1: a pipeline file is one YAML document; this is a second one"),
    ])
  func refused(_ flaw: Flaw) {
    #expect(problems(flaw.yaml).contains(flaw.problem))
  }

  @Test func `that is no YAML is refused with the place of the error`() {
    #expect(
      problems("pipeline: [a\n")
        == ["2:1: not valid YAML: while parsing a flow sequence: did not find expected ',' or ']'"])
    #expect(problems("a: b: c") == ["1:5: not valid YAML: mapping values are not allowed in this context"])
    #expect(
      problems("a: \"b") == ["1:6: not valid YAML: while scanning a quoted scalar: found unexpected end of stream"])
  }

  @Test(
    "that begins a value as only a quoted one can begin says so",
    arguments: [
      "from: { file: - }", "at: %x", "{ at: @x }", "{ type: text[], at: /a }", "decimal: ,", "at: []x",
      "pattern: [a-z]+",
    ])
  func quotes(_ yaml: String) throws {
    let found = problems(yaml)
    #expect(found.count == 1)
    #expect(try #require(found.first).hasSuffix("; write the value in quotes"))
  }

  @Test func `whose comma cuts a value off says so`() {
    #expect(
      problems(pipeline(column: "{ column: a, type: text, at: /a,b }"))
        == ["5:38: unknown key `b` in a column; a value that holds a comma is written in quotes"])
  }

  @Test func `with one document mark is read`() throws {
    #expect(try parse("---\n" + pipeline() + "\n...\n").name == "p")
    #expect(try parse("\u{FEFF}" + pipeline()).name == "p")
    #expect(try parse(pipeline().replacing("\n", with: "\r\n")).name == "p")
  }

  @Test(
    "of 10,000 levels does not overflow the stack",
    arguments: [
      String(repeating: "[", count: 10_000), String(repeating: "{a: ", count: 10_000),
      String(repeating: "- ", count: 10_000), String(repeating: "? ", count: 10_000),
      (0..<10_000).map { String(repeating: " ", count: $0 % 1_000) + "a:" }.joined(separator: "\n"),
      String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000),
    ])
  func nested(_ yaml: String) throws {
    let found = problems("x: y\npipeline:\n  " + yaml) + problems(yaml)
    #expect(try #require(found.first).contains(":"))
    #expect(problems(yaml).count == 1)
  }

  @Test func `is read to 64 levels and no deeper`() {
    func nested(_ depth: Int) -> [String] {
      let value = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      return problems("x: \(value)")
    }
    #expect(nested(63).allSatisfy { !$0.contains("nested") })
    #expect(nested(64) == ["1:67: nested deeper than 64 levels"])
  }

  @Test func `over 1 MiB is refused unread`() {
    let size = Pipeline.sizeLimit
    let comment = "#" + String(repeating: "x", count: size - pipeline().utf8.count - 2) + "\n"
    #expect(problems(comment + pipeline()).isEmpty)
    #expect(
      problems(" " + comment + pipeline())
        == ["1:1: the file has more than 1048576 bytes, the limit of a pipeline file: it looks like data"])
  }

  @Test func `that is not UTF-8 is refused with its place`() {
    #expect(problems(bytes: Array("a: é\nb: x".utf8) + [0xFF]) == ["2:5: not valid UTF-8"])
    #expect(problems(bytes: [0xED, 0xA0, 0x80]) == ["1:1: not valid UTF-8"])
    #expect(problems(bytes: [0xFF, 0xFE, 0x61, 0x00]) == ["1:1: not valid UTF-8"])
  }

  @Test func `with control characters is refused with its place`() {
    #expect(problems("a: é\nb: \u{1}") == ["2:4: not valid YAML: control characters are not allowed"])
    #expect(problems("a: \u{0}b") == ["1:4: not valid YAML: control characters are not allowed"])
  }

  @Test func `cannot steer a terminal by way of a message`() {
    let found = problems(#""\e[31m\u202e\x07\n": 1"# + "\n" + pipeline())
    #expect(found == ["1:1: unknown key `\\u{1b}[31m\\u{202e}\\u{7}\\n` in the pipeline"])
    let long = problems(String(repeating: "k", count: 900) + ": 1\n" + pipeline())
    #expect(long == ["1:1: unknown key `" + String(repeating: "k", count: 60) + "…` in the pipeline"])
  }

  @Test(
    "cannot make a name of the database harmless or harmful: it stays as written",
    arguments: ["Robert'); DROP TABLE t;--", "\"quoted\"", "select", "ＡＢＣ", "a.b", "表", " ", "$1", "\u{202e}x"])
  func identifier(_ name: String) throws {
    let quoted = "'" + name.replacing("'", with: "''") + "'"
    let table = "'\"" + name.replacing("'", with: "''").replacing("\"", with: "\"\"") + "\"'"
    let dataset = try parse(
      pipeline(into: "{ table: \(table), schema: \(quoted) }", column: "{ column: \(quoted), type: text, at: /x }")
    ).datasets[0]
    #expect(dataset.destination.table == name)
    #expect(dataset.destination.schema == name)
    #expect(dataset.columns[2].name == name)
  }

  @Test(
    "with a regular expression that would blow up compiles or is refused",
    arguments: [
      String(repeating: "(", count: 500) + String(repeating: ")", count: 500),
      String(repeating: "[", count: 1000), "(a{1000}){1000}", "((((a{99}){99}){99}){99})", "a{99999999999}",
      String(repeating: "a*", count: 500), "(?<x>a)\\k<x>", "\\p{L}",
    ])
  func pattern(_ pattern: String) {
    let found = problems(pipeline(rule: "{ rule: pattern, of: id, pattern: '\(pattern)' }"))
    #expect(found.count <= 1)
    #expect(found.allSatisfy { $0.hasPrefix("7:40: `pattern` ") })
  }
}
