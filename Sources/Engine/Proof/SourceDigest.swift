internal import Records
internal import Verify

/// Takes the digest of each row of a batch from the source's tokens.
struct SourceDigest {
  private let expected: ExpectedDigest
  private let side: ExpectedSide?
  private let hasKey: Bool

  /// - Parameter side: nil: rows are loaded, and their keys are not asked for.
  init(layout: TableLayout, _ side: ExpectedSide?) {
    expected = ExpectedDigest(layout: layout)
    hasKey = !layout.key.isEmpty
    self.side = side
  }

  /// - Parameter fields: the tokens of the batch's rows, as many rows as it has.
  func digest(_ batch: RowBatch, _ fields: FieldTable, _ texts: FieldTexts) {
    let width = fields.columns
    precondition(fields.tokens.count == batch.rows.count * width)
    var rows = batch.rows
    batch.rows = []
    defer { batch.rows = rows }
    fields.tokens.withUnsafeBufferPointer { tokens in
      for i in rows.indices {
        let row = UnsafeBufferPointer(rebasing: tokens[i * width..<(i + 1) * width])
        let ordinal = rows[i].ordinal
        let digest = expected.digest(row, ordinal: ordinal, texts: texts)
        rows[i].digest = digest
        guard let side else { continue }
        let key = hasKey ? expected.keyDigest(row, ordinal: ordinal, texts: texts) : digest
        rows[i].key = key
        if side.wants(key, digest) {
          side.describe(key, digest, expected.columns(row, ordinal: ordinal, texts: texts))
        }
      }
    }
  }
}
