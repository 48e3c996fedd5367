import PipelineSpec
import Records
import TestSupport
import Testing
import Transform

@Suite("The values of a record") struct FieldFinderTests {
  /// A dataset of random columns, and records for it.
  private struct Sample {
    var dataset = Dataset(
      name: "things", source: Source(file: ""), destination: Destination(table: "things"), columns: [])
    var records: [JSONTree] = []
    /// What counts where a key is there twice; nil where none is.
    let repeated: JSONTree.Repeated?

    init(_ random: inout RandomValues, repeated: JSONTree.Repeated?) {
      self.repeated = repeated
      dataset.checks.policies.duplicateKeys = repeated.map { $0 == .first ? .first : .last } ?? .error
      for i in 0..<random.int(1...12) {
        var column = Column(
          name: "c\(i)", type: .scalar(.json), source: .pointer(JSONPointer(tokens: random.path())))
        if random.chance(4) { column.default = .json("[\"none\"]") }
        if random.chance(12) { column.source = [.ordinal, .dataset, .value][random.int(0...2)] }
        dataset.columns.append(column)
      }
      for _ in 0..<40 { records.append(random.tree(depth: 3, repeats: repeated != nil && random.chance(2))) }
    }

    /// What a plain reading of record `i` finds for a column, as JSON.
    func value(_ i: Int, _ column: Column) -> String? {
      let found: JSONTree?
      switch column.source {
      case .ordinal: return "\(i)"
      case .dataset: return "\"things\""
      case .pointer(let pointer): found = records[i].value(at: pointer.tokens[...], repeated ?? .first)
      default: found = records[i]
      }
      guard let found else {
        if case .json(let json)? = column.default { return json }
        return nil
      }
      // A policy writes the whole record again.
      return records[i].repeatsKey ? found.compact(repeated ?? .first) : found.text
    }
  }

  @Test(
    "are those that a plain reading finds, whatever the order, spelling and repetition of keys",
    arguments: [nil, .first, .last] as [JSONTree.Repeated?])
  func found(repeated: JSONTree.Repeated?) throws {
    for seed in 0..<30 as Range<UInt64> {
      var random = RandomValues(seed: seed)
      let sample = Sample(&random, repeated: repeated)
      let layout = TableLayout(
        schema: "public", table: "things",
        columns: sample.dataset.columns.map { ColumnLayout(name: $0.name, scalar: .json) })
      var transformer = Transformer(dataset: sample.dataset, layout: layout, now: "", depthLimit: 64)
      var count = 0
      for batch in try batches(of: sample.records.map(\.text), pieceBytes: random.int(64...9_000)) {
        let rows = try transformer.transform(batch)
        #expect(rows.rejections.isEmpty && rows.records.count == batch.records.count, "seed \(seed)")
        let texts = transformer.texts(of: batch)
        for i in rows.own.rows.indices {
          let width = layout.columns.count
          let tokens = transformer.fields.tokens[i * width..<(i + 1) * width]
          let expected = sample.dataset.columns.map { sample.value(count, $0) }
          #expect(tokens.map { json(of: $0, texts, ordinal: count) } == expected, "seed \(seed), record \(count)")
          #expect(fields(of: rows, row: i) == expected.map { $0 == "null" ? nil : $0 }, "seed \(seed), record \(count)")
          count += 1
        }
      }
      #expect(count == sample.records.count)
    }
  }

  private func json(of token: Token, _ texts: FieldTexts, ordinal: Int) -> String? {
    let text = String(decoding: texts.bytes(of: token), as: UTF8.self)
    switch token.kind {
    case .missing: return nil
    case .ordinal: return "\(ordinal)"
    case .string: return "\"\(text)\""
    default: return text
    }
  }

  /// What the row says of each column; nil for NULL.
  private func fields(of batch: RowBatch, row: Int) -> [String?] {
    var rest = batch.own.bytes.bytes[batch.own.range(ofRow: row)].dropFirst(2)
    var fields: [String?] = []
    while !rest.isEmpty {
      let length = rest.prefix(4).reduce(Int32(0)) { $0 << 8 | Int32($1) }
      rest = rest.dropFirst(4)
      fields.append(length < 0 ? nil : String(decoding: rest.prefix(Int(length)), as: UTF8.self))
      rest = rest.dropFirst(max(0, Int(length)))
    }
    return fields
  }
}
