import PipelineSpec
import Records
import Testing

@testable import Validate

@Suite("Validator")
struct ValidatorTests {
  private let table = layout(("id", .int8), ("name", .text), ("data", .jsonb))

  private func row(_ id: Int64, _ name: String?, _ data: String = "{}") -> [Field] {
    [.int8(id), name.map { .text($0) } ?? .null, .jsonb(data)]
  }

  @Test("leaves a batch alone when there is nothing to hold it against")
  func noRules() throws {
    let validator = try Validator(rules: [], layout: table, spillFolder: "/nowhere")
    var rows = batch([[.raw([9, 9])]])
    try validator.validate(&rows)
    #expect(rows.records.count == 1)
  }

  @Test("rejects a record once, named after the first rule it breaks, and says what else is wrong, up to five things")
  func severalRules() throws {
    let rules = [
      rule(.range(min: "0", max: nil), "id"), rule(.notEmpty, "name"), rule(.pattern("[a-z]+"), "name"),
      rule(.oneOf([#""draft""#]), "data/status", severity: .warning),
    ]
    let validator = try Validator(rules: rules, layout: table, spillFolder: "/nowhere")
    var rows = batch([row(1, "ok"), row(-1, nil, #"{"status":"live"}"#), row(2, "B"), row(-3, "c")])
    try validator.validate(&rows)
    #expect(rows.records.map(\.ordinal) == [0])
    #expect(rows.rejections.map(\.code) == ["range", "pattern", "range"])
    #expect(rows.rejections.map(\.pointer) == ["id", "name", "id"])
    #expect(
      rows.rejections.map(\.reason) == [
        "id is not at least 0; also name is missing, null or empty [notEmpty]",
        "name does not match the pattern [a-z]+",
        "id is not at least 0",
      ])
    #expect(rows.rejections.map(\.position.offset) == [10, 20, 30])
    #expect(rows.rejections.allSatisfy { $0.stage == .validate })
    #expect(rows.warningCount == 0)
    #expect(rows.isBalanced)
  }

  @Test("keeps the bytes of the rows that stay")
  func bytes() throws {
    let validator = try Validator(
      rules: [rule(.range(min: "2", max: nil), "id")], layout: table, spillFolder: "/nowhere")
    var rows = batch([row(1, "a"), row(2, "bb"), row(0, "ccc"), row(3, nil)])
    try validator.validate(&rows)
    let expected = batch([row(2, "bb"), row(3, nil)])
    #expect(Array(rows.own.bytes.bytes) == Array(expected.own.bytes.bytes))
    #expect(rows.own.rows.map(\.end) == expected.own.rows.map(\.end))
  }

  @Test(
    "stops within a record when the task is cancelled",
    arguments: [
      (Rule.Condition.pattern("(?:a|b)*a.{400}"), "name"), (.range(min: "0", max: nil), "data/*"), (.unique, "data/*"),
    ])
  func cancelled(condition: Rule.Condition, operand: String) async throws {
    let table = table
    let stopping = Task {
      let values = "[" + String(repeating: "1,", count: WorkMeter.portion / 64) + "1]"
      var rows = batch([row(1, String(repeating: "ab", count: 100_000), values)])
      let validator = try Validator(
        rules: [rule(condition, operand)], layout: table, spillFolder: "/nowhere")
      withUnsafeCurrentTask { $0?.cancel() }
      try validator.validate(&rows)
    }
    await #expect(throws: CancellationError.self) { try await stopping.value }
  }

  @Test("names every operand that breaks a rule, and no more than five things")
  func severalOperands() throws {
    let table = layout(("a", .int4), ("b", .int4), ("c", .int4), ("d", .int4), ("e", .int4), ("f", .int4))
    let validator = try Validator(
      rules: [rule(.notEmpty, "a", "b", "c", "d", "e", "f")], layout: table, spillFolder: "/nowhere")
    var rows = batch([[.int4(1), .null, .int4(1), .null, .int4(1), .int4(1)], Array(repeating: .null, count: 6)])
    try validator.validate(&rows)
    let fault = "is missing, null or empty"
    #expect(
      rows.rejections.map(\.reason) == [
        "b \(fault); also d \(fault) [notEmpty]",
        "a \(fault)" + ["b", "c", "d", "e"].map { "; also \($0) \(fault) [notEmpty]" }.joined() + "; and more",
      ])
  }

  @Test("names what rules say of a record that columns refused, where its other columns tell")
  func refusedByColumns() throws {
    let rules = [
      rule(.notEmpty, "id", "name"), rule(.unique, "name"), rule(.notEmpty, "data/x", severity: .warning),
      rule(.oneOf([#""draft""#]), "data/status"),
    ]
    let validator = try Validator(rules: rules, layout: table, spillFolder: "/nowhere")
    var rows = batch([row(7, "a")])
    let partial = batch([[.null, .text(""), .jsonb(#"{"status":"live"}"#)]])
    var rejection = Rejection(
      position: SourcePosition(ordinal: 8, offset: 80, length: 10), pointer: "/id", stage: .transform,
      code: "type.int8",
      reason: "no number")
    rejection.row = .init(tuple: Array(partial.own.bytes.bytes), refused: [0])
    rows.rejections = [rejection]
    try validator.validate(&rows)
    #expect(
      rows.rejections.map(\.reason) == [
        "no number; also name is missing, null or empty [notEmpty]; also data/status is not the one value allowed [oneOf]"
      ])
    #expect(rows.rejections.map(\.code) == ["type.int8"] && rows.rejections[0].row == nil)
    #expect(rows.records.count == 1 && rows.warningCount == 1)
  }

  @Test("counts every warning and keeps the first hundred of a batch")
  func warnings() throws {
    let rules = [
      rule(.notEmpty, "name", severity: .warning), rule(.range(min: "0", max: "9"), "id", severity: .warning),
    ]
    let validator = try Validator(rules: rules, layout: table, spillFolder: "/nowhere")
    var rows = batch((0..<200).map { row($0, nil) })
    try validator.validate(&rows)
    #expect(rows.records.count == 200)
    #expect(rows.warningCount == 200 + 190)
    #expect(rows.warnings.count == RowBatch.warningsKept)
    #expect(rows.warnings[11].code == "range")
    #expect(rows.warnings[11].position.ordinal == 10)
    #expect(rows.rejections.isEmpty)
  }

  @Test("says which of the values that a star leads to breaks the rule")
  func starNumber() throws {
    let validator = try Validator(
      rules: [rule(.type(.integer), "data/e/*/s")], layout: table, spillFolder: "/nowhere")
    var rows = batch([row(0, "a", #"{"e":[{"s":1},{"s":"secret"}]}"#)])
    try validator.validate(&rows)
    #expect(rows.rejections.map(\.reason) == ["data/e/*/s (value 2) is not of the JSON type integer"])
    #expect(rows.rejections.map(\.pointer) == ["data/e/*/s"])
  }

  @Test("finds paths of one column that go different ways")
  func severalPaths() throws {
    let rules = [
      rule(.notEmpty, "data/a", "data/a/0/x", "data/a/*/x", "data/b/c"), rule(.length(min: 1, max: 2), "data/a"),
      rule(.type(.object), "data"), rule(.type(.object), "data/b"),
    ]
    let validator = try Validator(rules: rules, layout: table, spillFolder: "/nowhere")
    var rows = batch([
      row(0, "", #"{"a":[{"x":1}],"b":{"c":1}}"#), row(1, "", #"{"b":{"c":1},"a":[{"x":1},{"y":1}]}"#),
      row(2, "", #"{"a":[{"x":1},{"x":1},{"x":1}],"b":{"c":1}}"#), row(3, "", #"{"a":[],"b":{"c":1}}"#),
      row(4, "", #"[1]"#),
      row(5, "", #"{"a":[{"x":1}],"b":[{"c":1}]}"#),
    ])
    try validator.validate(&rows)
    #expect(rows.records.map(\.ordinal) == [0])
    #expect(rows.rejections.map(\.pointer) == ["data/a/*/x", "data/a", "data/a/0/x", "data/a", "data/b/c"])
  }

  @Test("quotes line and record where the source is at hand")
  func source() throws {
    let text = "{\"n\":1}\n{\"n\":2}\n\n{\"n\":3}\n"
    let memory = Buffer(bytes: text.utf8.count + Padding.text)
    memory.bytes.copyBytes(from: text.utf8)
    let none = UnsafeBufferPointer<UInt32>(start: nil, count: 0)
    let bytes = UnsafeRawBufferPointer(rebasing: memory.bytes[..<text.utf8.count])
    let chunk = Chunk(
      in: memory, bytes: bytes, index: none, links: none, offset: 1000, line: 5, fresh: 0..<bytes.count)
    let source = RecordBatch(chunk: chunk, records: [], firstOrdinal: 0, slice: 0, closesSlice: true)
    var rows = RowBatch(slice: 0, closesSlice: true, source: source, capacity: 0)
    for (ordinal, place) in [0, 8, 17].enumerated() {
      let fields = batch([[.int4(Int32(ordinal))]])
      rows.own.bytes.append(fields.own.bytes.bytes)
      rows.own.rows.append(Row(end: rows.own.bytes.count))
      rows.endRecord(at: SourcePosition(ordinal: Int64(ordinal), offset: 1000 + Int64(place), length: 7))
    }
    rows.read = 3
    let validator = try Validator(
      rules: [rule(.range(min: nil, max: "0"), "n")], layout: layout(("n", .int4)), spillFolder: "/nowhere"
    )
    try validator.validate(&rows)
    #expect(rows.rejections.map(\.line) == [6, 8])
    #expect(rows.rejections.map { $0.raw.map { String(decoding: $0, as: UTF8.self) } } == [#"{"n":2}"#, #"{"n":3}"#])
  }

  @Test("stops at a row that is not of the table")
  func malformed() throws {
    let table = layout(("a", .int4), ("b", .jsonb))
    let rules = [rule(.notEmpty, "a"), rule(.notEmpty, "b/x")]
    let damaged: [[Field]] = [
      [.int4(1)], [.int4(1), .jsonb("{}"), .null], [.int8(1), .jsonb("{}")], [.int4(1), .raw([])],
      [.int4(1), .raw([2, 0x7B, 0x7D])],
      [.int4(1), .jsonb(#"{"x"#)], [.int4(1), .jsonb(#"{"x":"#)], [.int4(1), .jsonb(#"{"x":[1,2"#)],
      [.int4(1), .jsonb("{\"x\":\"\\")],
      [.int4(1), .jsonb("{")], [.int4(1), .jsonb("{,}")], [.int4(1), .jsonb("{\"x\" 1}")],
    ]
    for row in damaged {
      let validator = try Validator(rules: rules, layout: table, spillFolder: "/nowhere")
      var rows = batch([row], firstOrdinal: 4)
      let error = #expect(throws: ValidateError.self) { try validator.validate(&rows) }
      #expect(error?.code == "validate.row")
      #expect(error?.place == "record 4 (counted from 0) at byte 40")
      #expect(error?.exitStatus == .storage)
    }
  }
}
