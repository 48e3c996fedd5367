public import PipelineSpec
public import Records

/// The rules of a dataset, compiled against the columns of its table: what a row is held against, and nothing of
/// any row. Several validators may share it.
public struct RuleSet: Sendable {
  let rules: [Check]
  private let columns: [ColumnLayout]
  private let tries: [PathTrie]

  /// - Throws: `validate.rule` where a column cannot answer what a rule asks.
  public init(_ rules: [Rule], layout: TableLayout) throws(ValidateError) {
    var resolver = OperandResolver(layout)
    var checks: [Check] = []
    for rule in rules where !rule.operands.isEmpty {
      checks.append(try Check(rule, number: checks.count, resolver: &resolver))
    }
    self.rules = checks
    columns = layout.columns
    tries = resolver.tries
  }

  /// How many of them remember keys.
  var uniqueCount: Int { rules.count(where: \.isUnique) }

  /// A view through which the rules look at a row.
  func newRowView() -> RowView { RowView(columns: columns, walkers: tries.map { PathWalker($0) }) }
}
