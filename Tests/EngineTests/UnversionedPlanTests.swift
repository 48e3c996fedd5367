import Extract
import PipelineSpec
import Records
import Testing

@testable import Engine

@Suite("A plan without a version") struct UnversionedPlanTests {
  /// The hash was made by the last version that kept such plans.
  @Test("is hashed as the versions that kept it did")
  func golden() throws {
    #expect(
      UnversionedPlan.hash(of: try dataset(), layout, ExtractLimits())
        == "74831f3f3c6a590d42dc0c58ece40b2f1c751d6d3f2ff9901b86df85fb68a12a")
  }

  private func dataset() throws -> Dataset {
    func pointer(_ text: String) throws -> JSONPointer { try #require(JSONPointer(text)) }
    func operand(_ text: String) throws -> Operand { try #require(Operand(text)) }
    var source = Source(file: "/data/orders.json", directory: "/data")
    (source.format, source.at, source.isOptional) = (.array, try pointer("/data/a~1b"), true)
    var destination = Destination(schema: "shop", table: "Orders \"new\"", mode: .upsert, key: ["id", "ort"])
    (destination.create, destination.repeated) = (true, .last)
    (destination.analyzes, destination.movesSequences) = (false, false)
    return try Dataset(
      name: "orders", source: source, destination: destination,
      columns: [
        Column(name: "id", type: .scalar(.int8), source: .pointer(pointer("/id")), isRequired: true),
        Column(
          name: "ort", type: .scalar(.text), source: .pointer(pointer("/wo/\"ört\"\\\n")),
          default: .json("\"é\u{301}\\n\""), isLenient: true, isTrimmed: true),
        Column(
          name: "at", type: .scalar(.timestamptz), source: .pointer(pointer("/at")), default: .now,
          zone: -3600),
        Column(name: "bytes", type: .scalar(.bytea), source: .pointer(pointer("/b")), encoding: .base64),
        Column(name: "tags", type: .array(.text), source: .pointer(pointer("/tags"))),
        Column(name: "mood", type: .named("mood"), source: .pointer(pointer("/mood"))),
        Column(name: "n", type: .scalar(.int8), source: .ordinal),
        Column(name: "v", type: .scalar(.jsonb), source: .value),
        Column(name: "d", type: .scalar(.text), source: .dataset),
        Column(name: "w", type: .scalar(.timestamptz), source: .now),
      ],
      checks: Checks(
        rules: [
          Rule(condition: .notEmpty, operands: [operand("id"), operand("v/x/*/y~1z")], line: 31),
          Rule(condition: .unique, operands: [operand("n")], severity: .warning, line: 32),
          Rule(condition: .oneOf(["\"draft\"", "1", "null"]), operands: [operand("mood")], line: 33),
          Rule(condition: .range(min: "0.50", max: nil), operands: [operand("id")], line: 34),
          Rule(condition: .length(min: nil, max: 12), operands: [operand("ort")], line: 35),
          Rule(condition: .pattern("\\d+\\.\"x\""), operands: [operand("ort")], line: 36),
          Rule(condition: .type(.integer), operands: [operand("v/n")], line: 37),
          Rule(condition: .date, operands: [operand("d")], line: 38),
        ],
        filters: [Rule(condition: .oneOf(["true"]), operands: [operand("/deleted")], line: 41)],
        policies: Policies(
          nul: .replace, surrogates: .strip, duplicateKeys: .last, extraKeys: .warn, neverFound: .error)),
      isVolatile: true)
  }

  private let layout = TableLayout(
    schema: "shop", table: "Orders \"new\"",
    columns: [
      ColumnLayout(name: "id", scalar: .int8, typeName: "bigint"),
      ColumnLayout(
        name: "ort", scalar: .text, limit: .characters(40), typeName: "character varying(40)", isLenient: true,
        isTrimmed: true),
      ColumnLayout(
        name: "at", scalar: .timestamptz, limit: .fraction(3), typeName: "timestamp(3) with time zone", zone: -3600),
      ColumnLayout(name: "bytes", scalar: .bytea, typeName: "bytea", encoding: .base64),
      ColumnLayout(name: "tags", scalar: .text, isArray: true, typeName: "text[]", elementOID: 25),
      ColumnLayout(name: "mood", scalar: .text, labels: ["sad", "ok"], typeName: "mood"),
      ColumnLayout(name: "p", scalar: .numeric, limit: .decimal(precision: 10, scale: 2), typeName: "numeric(10,2)"),
    ], key: [0, 1])
}
