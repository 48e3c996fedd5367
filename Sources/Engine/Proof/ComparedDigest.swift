internal import PipelineSpec
internal import Records
internal import Transform
internal import Verify

/// Takes the digests of a batch's rows for a comparison with the table: of values that Verify finds in the records itself,
/// and not of those that the rows were encoded from.
struct ComparedDigest {
  private var finder: SourceFinder
  private let expected: ExpectedDigest
  private let side: ExpectedSide
  private let hasKey: Bool

  /// - Parameter now: RFC 3339 text of the run's instant.
  init(_ dataset: Dataset, layout: TableLayout, now: String, _ side: ExpectedSide) {
    finder = SourceFinder(dataset.columns.map { SourceColumn($0, dataset: dataset.name, now: now) })
    expected = ExpectedDigest(layout: layout)
    hasKey = !layout.key.isEmpty
    self.side = side
  }

  /// - Parameter transformer: has just made the batch of these records.
  mutating func digest(_ batch: inout RowBatch, of records: RecordBatch, by transformer: borrowing Transformer) throws {
    var texts = transformer.texts(of: records)
    texts.constants = finder.constants
    var rows = batch.own.rows
    batch.own.rows = []
    defer { batch.own.rows = rows }
    for i in rows.indices {
      let position = batch.records[i]
      let isFound: Bool
      if let place = transformer.placeAmongRewritten(position.ordinal) {
        isFound = try finder.find(place, of: .rewritten, in: texts)
      } else {
        let record = records.records[Int(position.ordinal - records.firstOrdinal)]
        isFound = try finder.find(Int(record.start)..<Int(record.end), of: .chunk, in: texts)
      }
      guard isFound else { throw VerifyError.record(position.ordinal) }
      finder.tokens.withUnsafeBufferPointer { take($0, ordinal: position.fileOrdinal, into: &rows[i], texts) }
    }
  }

  private func take(
    _ tokens: UnsafeBufferPointer<Token>, ordinal: Int64, into row: inout Row, _ texts: FieldTexts
  ) {
    row.digest = expected.digest(tokens, ordinal: ordinal, texts: texts)
    row.key = hasKey ? expected.keyDigest(tokens, ordinal: ordinal, texts: texts) : row.digest
    if side.wants(row.key, row.digest) {
      side.describe(row.key, row.digest, expected.columns(tokens, ordinal: ordinal, texts: texts))
    }
  }
}

extension SourceColumn {
  fileprivate init(_ column: Column, dataset: String, now: String) {
    switch column.source {
    case .pointer(let pointer): self.init(path: pointer.tokens)
    case .value: self.init(path: [])
    case .ordinal: self.init(path: nil, fallback: .ordinal)
    case .dataset: self.init(path: nil, fallback: .text(dataset))
    case .now: self.init(path: nil, fallback: .text(now))
    }
    switch column.default {
    case .now? where fallback == nil: fallback = .text(now)
    case .json(let json)? where fallback == nil: fallback = .json(json)
    default: break
    }
  }
}
