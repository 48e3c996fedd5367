internal import Extract
internal import Load
internal import PipelineSpec
internal import Records
internal import Transform
internal import Validate

/// How the records of a dataset become rows of its table: everything that is known of that before a record is read.
struct DatasetPlan: Sendable {
  let layout: TableLayout
  /// Compiled against the layout, as are the filters.
  let rules: RuleSet
  let filters: FilterSet
  /// What is looked at in rows of a stage file, which were encoded without the table; nil where there is nothing.
  let fit: TableFit?

  /// - Parameter rows: the layout of the stage file that rows are read from.
  /// - Throws: `validate.rule` where a column cannot answer what a rule asks.
  init(_ dataset: Dataset, _ layout: TableLayout, rows: TableLayout? = nil) throws(ValidateError) {
    self.layout = layout
    rules = try RuleSet(dataset.rulesWithKey, layout: layout)
    filters = try FilterSet(dataset.checks.filters, layout: layout)
    fit = rows.flatMap { TableFit(file: $0, table: layout, columns: dataset.columns) }
  }
}

extension DatasetPlan {
  /// What makes the plan again, from the pipeline file: here, or in another process.
  struct Form: Codable, Sendable, Hashable {
    let layout: TableLayout
    let rows: TableLayout?
    let limits: ExtractLimits
    let fingerprint: String

    init(_ dataset: Dataset, _ layout: TableLayout, rows: TableLayout?, _ limits: ExtractLimits) throws {
      self.layout = layout
      self.rows = rows
      self.limits = limits
      fingerprint = try PlanFingerprint(of: dataset, layout, limits).text
    }
  }

  /// - Throws: `run.otherPlan` where the dataset is another one by now; `validate.rule`.
  init(_ form: Form, of dataset: Dataset) throws {
    guard try PlanFingerprint(of: dataset, form.layout, form.limits).text == form.fingerprint else {
      throw EngineError.otherPlan(dataset)
    }
    try self.init(dataset, form.layout, rows: form.rows)
  }
}

extension EngineError {
  static func otherPlan(_ dataset: Dataset) -> EngineError {
    EngineError(
      .otherPlan, "pipeline or table have changed: records would become other rows than the run began with",
      place: "dataset \(dataset.name)", remedy: "put the pipeline back as it was and resume, or start a new run")
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
