internal import Load
internal import PipelineSpec
internal import Records
internal import Validate

/// How the records of a dataset become rows of its table: everything that is known of that before a record is read.
struct DatasetPlan: Sendable {
  let layout: TableLayout
  /// Compiled against the layout, as are the filters.
  let rules: RuleSet
  let filters: FilterSet

  /// - Throws: `validate.rule` where a column cannot answer what a rule asks.
  init(_ dataset: Dataset, _ layout: TableLayout) throws(ValidateError) {
    self.layout = layout
    rules = try RuleSet(dataset.rulesWithKey, layout: layout)
    filters = try FilterSet(dataset.checks.filters, layout: layout)
  }
}

extension Dataset {
  /// The dataset's rules, and that a key must be there, where rows are found by it, and must not repeat
  /// (`into.repeated: error`), unless a rule says so already.
  var rulesWithKey: [Rule] {
    var rules = checks.rules
    guard !destination.key.isEmpty else { return rules }
    let operands = destination.key.map { Operand(column: $0) }
    if destination.isStaged { rules.append(Rule(condition: .notEmpty, operands: operands)) }
    let isStated = rules.contains {
      $0.condition == .unique && $0.severity == .error && Set($0.operands) == Set(operands)
    }
    if destination.repeated == .error, !isStated { rules.append(Rule(condition: .unique, operands: operands)) }
    return rules
  }
}
