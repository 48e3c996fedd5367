internal import Archive
internal import Extract
internal import FoundationEssentials
internal import PipelineSpec
internal import Records
internal import Reports

/// What decides how records become rows. Attempts of a run, and a stage file and those who read it, must agree on it.
///
/// The names of its members go into the hash: they are a format of its own, and the names of Swift types and properties are no
/// part of it. What is nil is left out. A change of names or meaning is a new `version`, with which unfinished runs and stage
/// files of the version before are refused.
struct PlanFingerprint: Encodable {
  static let version = 1

  // Extract.
  var dataset: String
  var format: String
  var at: String
  var optional: Bool
  // Transform.
  var columns: [ColumnPart]?
  var `where`: [RulePart]?
  var policies: PoliciesPart?
  // Validate.
  var rules: [RulePart]?
  // Load.
  var mode: String?
  var key: [String]?
  var repeated: String?
  var rebuildIndexes: Bool?
  var table: TablePart?
  var limits: LimitsPart?

  /// Of a run, which loads into a table of this layout.
  ///
  /// Where the source lies is not part of it, as its content tells whether it is the same one; nor is what is done after the load,
  /// what only warns, and the labels of an enum, of which one that was added refuses no row that is loaded.
  init(of dataset: Dataset, _ layout: TableLayout, _ limits: ExtractLimits) {
    self.init(extracting: dataset)
    takeColumns(of: dataset)
    rules = dataset.rulesWithKey.map { RulePart($0) }
    mode = dataset.destination.mode.rawValue
    key = dataset.destination.key
    repeated = dataset.destination.repeated.rawValue
    rebuildIndexes = dataset.destination.rebuildIndexes
    table = TablePart(layout)
    self.limits = LimitsPart(limits)
  }

  /// Of a stage file that `stage` writes. Which table the rows go into and how that is filled are no part of it.
  init(of dataset: Dataset, upTo stage: Stage) {
    self.init(extracting: dataset)
    if stage != .extract { takeColumns(of: dataset) }
    if stage == .validate { rules = dataset.rulesWithKey.map { RulePart($0) } }
  }

  private init(extracting dataset: Dataset) {
    self.dataset = dataset.name
    format = dataset.source.format.rawValue
    at = dataset.source.at.description
    optional = dataset.source.isOptional
  }

  private mutating func takeColumns(of dataset: Dataset) {
    columns = dataset.columns.map { ColumnPart($0) }
    `where` = dataset.checks.filters.map { RulePart($0) }
    policies = PoliciesPart(dataset.checks.policies)
  }

  /// As the ledger and stage files keep it: version, colon, SHA-256 of the members as JSON with sorted keys.
  var text: String {
    get throws(RunStateError) {
      let json = try ReportText.json(self, "the plan", [.sortedKeys, .withoutEscapingSlashes])
      return "\(Self.version):\(Array(json.utf8).withUnsafeBytes { SHA256Sum(of: $0) })"
    }
  }

  /// Whether a run makes the same rows as the one that left `kept` in the ledger.
  static func matches(
    _ kept: String, _ dataset: Dataset, _ layout: TableLayout, _ limits: ExtractLimits
  ) throws(RunStateError) -> Bool {
    if !kept.contains(":") { return kept == UnversionedPlan.hash(of: dataset, layout, limits) }
    return try kept == PlanFingerprint(of: dataset, layout, limits).text
  }
}
