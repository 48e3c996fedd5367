internal import Records
internal import Reports
internal import Verify

/// Names the rows that kept a dataset from being published: what was staged, and what the table would have. One owner.
final class PublishDifferences {
  private let dataset: String
  private let layout: TableLayout
  private let actual: ActualDigest
  private var rows: [RowDigest: [Side: [ColumnProof]]] = [:]
  /// Keys in the order in which they came.
  private var keys: [RowDigest] = []

  init(dataset: String, layout: TableLayout) {
    self.dataset = dataset
    self.layout = layout
    actual = ActualDigest(layout: layout)
  }

  func take(_ row: UnsafeRawBufferPointer, from side: Side) throws(VerifyError) {
    let key = try actual.keyDigest(row)
    if rows[key] == nil { keys.append(key) }
    rows[key, default: [:]][side] = try actual.columns(row)
  }

  var all: [Difference] {
    keys.map { key in
      let (source, table) = (rows[key]?[.expected], rows[key]?[.actual])
      return DifferenceReport.difference(
        source == nil ? .extra : table == nil ? .missing : .changed, source, table, dataset: dataset, layout: layout)
    }
  }
}
