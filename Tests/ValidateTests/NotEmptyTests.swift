import PipelineSpec
import Records
import Testing

@testable import Validate

@Suite("notEmpty")
struct NotEmptyTests {
  @Test("refuses null and the empty string, and nothing else")
  func fields() throws {
    #expect(try holding(.notEmpty, .text, [.null, .text(""), .text(" "), .text("a")]) == [2, 3])
    #expect(try holding(.notEmpty, .int4, [.null, .int4(0)]) == [1])
    #expect(try holding(.notEmpty, .bool, [.bool(false), .null]) == [0])
    #expect(try holding(.notEmpty, .text, [.null, .array([]), .array([.null])], isArray: true) == [1, 2])
  }

  @Test("looks at every element of an array column")
  func elements() throws {
    let arrays: [Field] = [
      .null, .array([]), .array([.text("a"), .null]), .array([.text("a"), .text("b")]), .array([.text("")]),
    ]
    #expect(try holding(.notEmpty, .text, arrays, at: "c/*", isArray: true) == [1, 3])
  }

  @Test("refuses a path that leads nowhere, and a null there")
  func paths() throws {
    let records: [Field] = [
      .jsonb(#"{"a":{"b":1}}"#), .jsonb(#"{"a":{}}"#), .jsonb(#"{"a":{"b":null}}"#), .jsonb(#"{"a":{"b":""}}"#),
      .jsonb(#"{"a":[{"b":1}]}"#), .jsonb(#"{"a":5}"#), .jsonb("7"), .null,
      .jsonb(#"{ "a" : { "x":[{"b":2}] , "b" : {} } }"#),
      .jsonb(#"{"b":1}"#), .jsonb(#"{"a":{"b":"\n"}}"#),
    ]
    #expect(try holding(.notEmpty, .jsonb, records, at: "c/a/b") == [0, 8, 10])
  }

  @Test("looks at each element that a star leads to, none in an empty array")
  func stars() throws {
    let records: [Field] = [
      .json(#"{"e":[{"s":1},{"s":2}]}"#), .json(#"{"e":[]}"#), .json(#"{"e":[{"s":1},{}]}"#), .json("{}"),
      .json(#"{"e":{"s":1}}"#), .json(#"{"e":[{"s":1},3]}"#), .json(#"{"e":[[],{"s":1}]}"#), .json(#"{"e":null}"#),
    ]
    #expect(try holding(.notEmpty, .json, records, at: "c/e/*/s") == [0, 1])
    let nested: [Field] = [
      .json(#"[[{"k":1}],[],[{"k":2},{"k":3}]]"#), .json(#"[[{"k":1}],[{"l":1}]]"#), .json("[]"), .json("[1]"),
    ]
    #expect(try holding(.notEmpty, .json, nested, at: "c/*/*/k") == [0, 2])
  }

  @Test("takes a number in a path for the place of an element, or for a key")
  func indices() throws {
    let records: [Field] = [
      .json(#"{"e":[{},{"s":1}]}"#), .json(#"{"e":[{"s":1}]}"#), .json(#"{"e":{"1":{"s":1}}}"#),
      .json(#"{"e":[[],3]}"#),
    ]
    #expect(try holding(.notEmpty, .json, records, at: "c/e/1/s") == [0, 2])
  }

  @Test("takes the last of repeated keys, as jsonb does")
  func repeated() throws {
    let records: [Field] = [
      .jsonb(#"{"a":{"b":1},"a":{}}"#), .jsonb(#"{"a":{},"a":{"b":1}}"#), .jsonb(#"{"a":{"b":1},"a":3}"#),
      .jsonb(#"{"a":{"b":1,"b":null}}"#), .jsonb(#"{"a":{"b":null,"b":[]},"c":{"b":null}}"#),
    ]
    #expect(try holding(.notEmpty, .jsonb, records, at: "c/a/b") == [1, 4])
    let starred: [Field] = [
      .jsonb(#"{"a":[{"b":null},{}],"a":[{"b":1}]}"#), .jsonb(#"{"a":[{"b":1}],"a":[{"b":1},{"b":2,"b":null}]}"#),
      .jsonb(#"{"a":[{"b":null}],"a":[]}"#),
    ]
    #expect(try holding(.notEmpty, .jsonb, starred, at: "c/a/*/b") == [0, 2])
  }

  @Test("compares keys by their characters, escaped or not")
  func escapedKeys() throws {
    let records: [Field] = [
      .json(#"{"\u0061/\"":1}"#), .json(#"{"a/\"":1}"#), .json(#"{"a\/\u0022":1}"#), .json(#"{"a/":1}"#),
    ]
    let table = layout(("c", .json))
    let path = Operand(column: "c", path: [.key("a/\"")])
    let validator = try Validator(
      rules: [Rule(condition: .notEmpty, operands: [path])], layout: table, spillFolder: "/tmp")
    var rows = batch(records.map { [$0] })
    try validator.validate(&rows)
    #expect(rows.records.map(\.ordinal) == [0, 1, 2])
    #expect(rows.rejections.first?.pointer == "c/a~1\"")
  }
}
