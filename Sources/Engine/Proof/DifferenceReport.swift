internal import Records
internal import Reports
internal import Verify

/// Turns what a comparison found into what a person reads: keys and columns with both values.
struct DifferenceReport {
  let dataset: String
  let layout: TableLayout
  let expected: ListedRows
  let actual: ListedRows

  func differences(_ found: FoundDifferences) -> [Difference] {
    found.listed.map { entry in
      let source = entry.expected.flatMap { expected.columns(entry.key, $0) }
      let table = entry.actual.flatMap { actual.columns(entry.key, $0) }
      return Self.difference(kind(entry.kind), source, table, dataset: dataset, layout: layout)
    }
  }

  /// What a person reads of a row that source and table do not agree on.
  static func difference(
    _ kind: Difference.Kind, _ source: [ColumnProof]?, _ table: [ColumnProof]?, dataset: String, layout: TableLayout
  ) -> Difference {
    Difference(
      dataset: dataset, kind: kind, key: key(of: source ?? table ?? [], layout), columns: columns(source, table))
  }

  private func kind(_ kind: FoundDifferences.Kind) -> Difference.Kind {
    switch kind {
    case .missing: .missing
    case .extra: .extra
    case .changed: .changed
    }
  }

  private static func key(of columns: [ColumnProof], _ layout: TableLayout) -> [String: String?] {
    let names = layout.key.map { layout.columns[$0].name }
    let shown = names.isEmpty ? columns : columns.filter { names.contains($0.name) }
    return Dictionary(shown.map { ($0.name, $0.text.map(short)) }) { first, _ in first }
  }

  private static func columns(_ source: [ColumnProof]?, _ table: [ColumnProof]?) -> [Difference.ColumnDifference] {
    guard let source, let table else { return [] }
    return zip(source, table).filter { $0.digest != $1.digest }.map { source, table in
      Difference.ColumnDifference(
        column: source.name, expected: source.text.map(short), actual: table.text.map(short))
    }
  }

  /// A value can be megabytes long; a report is not.
  private static func short(_ text: String) -> String {
    text.utf8.count <= 1000 ? text : String(text.prefix(500)) + "… (\(text.utf8.count) bytes)"
  }
}
