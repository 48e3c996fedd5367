import Extract
import Load
import PipelineSpec
import Records
import Testing

@testable import Engine

@Suite("The fingerprint of a plan") struct PlanFingerprintTests {
  private static let sample = """
    pipeline: shop
    source: { directory: ./data }
    target: { schema: shop }
    datasets:
      - dataset: orders
        from: { file: orders.json, format: array, at: /data/orders }
        into: { table: Orders, mode: upsert, key: [id], repeated: last }
        columns:
          - { column: id, type: int8, at: /id, required: true }
          - { column: name, type: text, at: "/name/\\"ö\\"", default: "none", trim: true, coerce: lenient }
          - { column: at, type: timestamptz, at: /at, default: $now, zone: "+01:00" }
          - { column: raw, type: bytea, at: /raw, encoding: base64 }
          - { column: tags, type: "text[]", at: /tags }
          - { column: n, type: int4, at: $ordinal }
        where:
          - { rule: oneOf, of: /deleted, values: [false] }
        rules:
          - { rule: range, of: id, min: 0.50 }
          - { rule: length, of: name, max: 40 }
          - { rule: pattern, of: name, pattern: "[a-z]+" }
        policies: { nul: replace, extraKeys: reject }
    """

  /// The same, said in another way, in another place, and done differently where rows are not touched.
  private static let rewritten = """
    # Orders of the shop.
    datasets:
      - into: { repeated: last, key: [id], mode: upsert, table: Orders, analyze: false, sequences: false, create: true }
        from: { at: /data/orders, format: array, file: moved/orders-2.json }
        policies: { neverFound: error, extraKeys: reject, nul: replace }
        volatile: true
        columns:
          # The key.
          - { required: true, at: /id, type: int8, column: id }
          - { column: name, type: text, at: "/name/\\"ö\\"", coerce: lenient, trim: true, default: "none" }
          - column: at
            type: timestamptz
            at: /at
            zone: "+01:00"
            default: $now
          - { column: raw, type: bytea, at: /raw, encoding: base64 }
          - { column: tags, type: "text[]", at: /tags }
          - { column: n, type: int4, at: $ordinal }
        # What is gone stays gone.
        where: [ { values: [false], of: /deleted, rule: oneOf } ]
        rules:
          - { rule: range, of: id, min: 0.50 }

          - { max: 40, rule: length, of: name }
          - { pattern: "[a-z]+", of: name, rule: pattern }
        dataset: orders
    target: { schema: shop }
    source: { directory: ../elsewhere }
    backup: { level: 9 }
    pipeline: shop
    """

  private static func dataset(_ text: String) throws -> Dataset {
    try #require(try Pipeline.parse(text: Array(text.utf8), file: "/etc/p.yaml", environment: [:]).datasets.first)
  }

  private static func fingerprint(
    _ text: String, limits: ExtractLimits = ExtractLimits(), _ change: (inout TableLayout) -> Void = { _ in }
  ) throws -> String {
    let dataset = try dataset(text)
    var layout = TableCheck.layout(declaredBy: dataset.table)
    change(&layout)
    return try PlanFingerprint(of: dataset, layout, limits).text
  }

  private static func fingerprint(_ text: String, upTo stage: Stage) throws -> String {
    try PlanFingerprint(of: dataset(text), upTo: stage).text
  }

  @Test("stays what it is from one version of the program to the next")
  func golden() throws {
    #expect(try Self.fingerprint(Self.sample) == "1:eab934925825fee01053d9863e508f54a2a73e220ff17f850d3c827fb7779daf")
    #expect(
      try Self.fingerprint(Self.sample, upTo: .extract)
        == "1:1324d91bd1036630dd27636bf1f2a63d140a9bb7b239df7c002b07f4f592ebcc")
    #expect(
      try Self.fingerprint(Self.sample, upTo: .transform)
        == "1:700f991adbd9e5faa0988bfdfc43c79be4796d072226e5a6d0c012b694d1c404")
    #expect(
      try Self.fingerprint(Self.sample, upTo: .validate)
        == "1:df7c345b1ce795ed596de709e9bd0944785c18712cabdcccdfe1d571b54695ad")
  }

  @Test("does not look at comments, the order of keys, the file's place, or at what makes no other rows")
  func rewritten() throws {
    #expect(try Self.fingerprint(Self.rewritten) == Self.fingerprint(Self.sample))
    for stage in [Stage.extract, .transform, .validate] {
      #expect(try Self.fingerprint(Self.rewritten, upTo: stage) == Self.fingerprint(Self.sample, upTo: stage))
    }
    // A label that was added refuses no row that is loaded.
    #expect(try Self.fingerprint(Self.sample) { $0.columns[1].labels = ["none"] } == Self.fingerprint(Self.sample))
    #expect(try Self.fingerprint(Self.sample, limits: ExtractLimits(chunkBytes: 1)) == Self.fingerprint(Self.sample))
  }

  /// A change to the sample that makes other rows.
  struct Change: CustomTestStringConvertible {
    let from: String
    let to: String
    /// The first stage whose files come out differently; nil: only what is loaded.
    let stage: Stage?

    var testDescription: String { "\(from) → \(to)" }

    init(_ stage: Stage?, _ from: String, _ to: String) { (self.stage, self.from, self.to) = (stage, from, to) }
  }

  private static let changes = [
    Change(.extract, "dataset: orders", "dataset: order"),
    Change(.extract, "format: array", "format: auto"),
    Change(.extract, "/data/orders", "/data/order"),
    Change(.extract, "at: /data/orders }", "at: /data/orders, optional: true }"),
    Change(.transform, "required: true", "required: false"),
    Change(.transform, "type: int8", "type: int4"),
    Change(.transform, "at: /id", "at: /key"),
    Change(.transform, "column: tags", "column: marks"),
    Change(.transform, "default: \"none\", ", ""),
    Change(.transform, "default: $now, ", ""),
    Change(.transform, "trim: true", "trim: false"),
    Change(.transform, "coerce: lenient", "coerce: exact"),
    Change(.transform, "+01:00", "+02:00"),
    Change(.transform, "base64", "hex"),
    Change(.transform, "$ordinal", "/n"),
    Change(.transform, "values: [false]", "values: [true]"),
    Change(.transform, "nul: replace", "nul: strip"),
    Change(.transform, "extraKeys: reject", "extraKeys: warn"),
    Change(.transform, "{ nul: replace", "{ duplicateKeys: last, nul: replace"),
    Change(.transform, "{ nul: replace", "{ surrogates: reject, nul: replace"),
    Change(.validate, "min: 0.50", "min: 0.51"),
    Change(.validate, "min: 0.50", "max: 0.50"),
    Change(.validate, "max: 40", "max: 41"),
    Change(.validate, "[a-z]+", "[a-z]*"),
    Change(.validate, "rule: length, of: name, max: 40", "rule: length, of: name, max: 40, severity: warning"),
    Change(.validate, "key: [id]", "key: [n]"),
    Change(nil, "table: Orders", "table: orders"),
    Change(nil, "schema: shop", "schema: app"),
    Change(nil, "mode: upsert", "mode: sync"),
    Change(nil, "repeated: last", "repeated: first"),
  ]

  @Test("is another one where records become other rows", arguments: changes)
  func changed(_ change: Change) throws {
    let changed = Self.sample.replacing(change.from, with: change.to)
    try #require(changed != Self.sample)
    #expect(try Self.fingerprint(changed) != Self.fingerprint(Self.sample))
    for stage in [Stage.extract, .transform, .validate] {
      let isSame = try Self.fingerprint(changed, upTo: stage) == Self.fingerprint(Self.sample, upTo: stage)
      #expect(isSame == change.stage.map { stage.isBefore($0) } ?? true, "\(stage)")
    }
  }

  @Test("is another one where the table or a limit is")
  func otherTable() throws {
    let prints = [
      try Self.fingerprint(Self.sample),
      try Self.fingerprint(Self.sample) { $0.columns[0].scalar = .int4 },
      try Self.fingerprint(Self.sample) { $0.columns[1].typeName = "mood" },
      try Self.fingerprint(Self.sample) { $0.columns[1].limit = .characters(40) },
      try Self.fingerprint(Self.sample) { $0.columns[1].limit = .decimal(precision: 10, scale: 2) },
      try Self.fingerprint(Self.sample) { $0.columns[1].limit = .fraction(3) },
      try Self.fingerprint(Self.sample) { $0.columns[4].isArray = false },
      try Self.fingerprint(Self.sample) { $0.columns[4].elementOID = 1 },
      try Self.fingerprint(Self.sample, limits: ExtractLimits(recordBytes: 1)),
      try Self.fingerprint(Self.sample, limits: ExtractLimits(depth: 1)),
      try Self.fingerprint(Self.sample, limits: ExtractLimits(sliceBytes: 1)),
    ]
    #expect(Set(prints).count == prints.count)
  }
}
