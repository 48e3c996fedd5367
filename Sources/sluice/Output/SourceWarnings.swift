import Reports

/// Warns of columns whose place no record has, and of keys that no column takes.
struct SourceWarnings {
  private let dataset: DatasetReport
  private static let keysNamed = 3

  init(_ dataset: DatasetReport) { self.dataset = dataset }

  var lines: [OutputText] {
    (dataset.neverFound.map(line) + [extraKeys].compactMap(\.self)).map { "    warning: \($0)" }
  }

  private func line(_ column: NeverFound) -> OutputText {
    let hint: OutputText = column.nearest.map { "; did you mean \($0)?" } ?? ""
    return "column \(column.column): \(column.at) was found in none of \(records(dataset.examined ?? 0))" + hint
  }

  private func records(_ count: Int) -> String { "\(Figures.grouped(count)) record\(count == 1 ? "" : "s")" }

  private var extraKeys: OutputText? {
    let keys = dataset.extraKeys
    guard !keys.isEmpty || dataset.hasMoreExtraKeys else { return nil }
    let named: [OutputText] = keys.prefix(Self.keysNamed).map { "\($0.key) (\(records($0.records)))" }
    let others = keys.count - named.count
    let more: OutputText =
      dataset.hasMoreExtraKeys ? " and more keys" : others > 0 ? " and \(others) more" : ""
    return "no column takes " + named.joined(separator: ", ") + more
      + "; name them in columns, or set policies.extraKeys: ignore"
  }
}
