internal import Records
internal import Transform
internal import Verify

/// Takes the digest of each row of a batch that is loaded, of the tokens that the row was encoded from.
struct SourceDigest {
  private let expected: ExpectedDigest

  init(layout: TableLayout) { expected = ExpectedDigest(layout: layout) }

  /// - Parameter transformer: has just made the batch of these records.
  func digest(_ batch: inout RowBatch, of records: RecordBatch, by transformer: borrowing Transformer) {
    let texts = transformer.texts(of: records)
    let width = transformer.fields.columns
    precondition(transformer.fields.tokens.count == batch.own.rows.count * width)
    var rows = batch.own.rows
    batch.own.rows = []
    defer { batch.own.rows = rows }
    transformer.fields.tokens.withUnsafeBufferPointer { tokens in
      for i in rows.indices {
        let row = UnsafeBufferPointer(rebasing: tokens[i * width..<(i + 1) * width])
        rows[i].digest = expected.digest(row, ordinal: batch.records[i].fileOrdinal, texts: texts)
      }
    }
  }
}
