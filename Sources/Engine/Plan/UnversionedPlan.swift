internal import Archive
internal import Extract
internal import PipelineSpec
internal import Records

/// The plan of runs that were begun before `PlanFingerprint` had a version: the SHA-256 of the text that Swift printed of the
/// dataset, the table's layout and the limits. Written out here, so that such runs are resumed whatever the types look like now.
enum UnversionedPlan {
  static func hash(of dataset: Dataset, _ layout: TableLayout, _ limits: ExtractLimits) -> String {
    let text = text(of: dataset, layout, limits)
    return Array(text.utf8).withUnsafeBytes { SHA256Sum(of: $0).description }
  }

  static func text(of dataset: Dataset, _ layout: TableLayout, _ limits: ExtractLimits) -> String {
    """
    Dataset(name: \(quoted(dataset.name)), file: "", directory: nil, \
    format: PipelineSpec.Dataset.Format.\(dataset.source.format.rawValue), at: \(dataset.source.at), \
    isOptional: \(dataset.source.isOptional), schema: \(quoted(dataset.destination.schema)), table: \(quoted(dataset.destination.table)), \
    mode: PipelineSpec.Dataset.Mode.\(dataset.destination.mode.rawValue), key: \(list(dataset.destination.key.map(quoted))), \
    create: \(dataset.destination.create), repeated: PipelineSpec.Dataset.Repeated.\(dataset.destination.repeated.rawValue), \
    rebuildIndexes: \(dataset.destination.rebuildIndexes), analyzes: true, movesSequences: true, \
    columns: \(list(dataset.columns.map(text))), rules: \(list(dataset.checks.rules.map(text))), \
    filters: \(list(dataset.checks.filters.map(text))), policies: \(text(dataset.checks.policies)), \
    isVolatile: \(dataset.isVolatile)) \
    TableLayout(schema: \(quoted(layout.schema)), table: \(quoted(layout.table)), \
    columns: \(list(layout.columns.map(text))), key: \(layout.key)) \
    ExtractLimits(chunkBytes: \(limits.chunkBytes), recordBytes: \(limits.recordBytes), depth: \(limits.depth), \
    sliceBytes: \(limits.sliceBytes))
    """
  }

  private static func text(_ column: Column) -> String {
    let source =
      switch column.source {
      case .pointer(let pointer): "pointer(\(pointer))"
      case .ordinal: "ordinal"
      case .value: "value"
      case .dataset: "dataset"
      case .now: "now"
      }
    let fallback: String? =
      switch column.default {
      case .now: "PipelineSpec.Column.Default.now"
      case .json(let text): "PipelineSpec.Column.Default.json(\(quoted(text)))"
      case nil: nil
      }
    return """
      PipelineSpec.Column(name: \(quoted(column.name)), type: \(column.type), \
      source: PipelineSpec.Column.Source.\(source), isRequired: \(column.isRequired), default: \(optional(fallback)), \
      isLenient: \(column.isLenient), isTrimmed: \(column.isTrimmed), zone: \(optional(column.zone)), \
      encoding: \(optional(column.encoding.map(text))))
      """
  }

  private static func text(_ rule: Rule) -> String {
    let condition =
      switch rule.condition {
      case .oneOf(let values): "oneOf(\(list(values.map(quoted))))"
      case .range(let min, let max): "range(min: \(optional(min.map(quoted))), max: \(optional(max.map(quoted))))"
      case .length(let min, let max): "length(min: \(optional(min)), max: \(optional(max)))"
      case .pattern(let pattern): "pattern(\(quoted(pattern)))"
      case .type(let type): "type(PipelineSpec.Rule.JSONType.\(type.rawValue))"
      // Rules without arguments, and those that came when plans had a version.
      default: rule.name
      }
    return """
      PipelineSpec.Rule(condition: PipelineSpec.Rule.Condition.\(condition), \
      operands: \(list(rule.operands.map(\.description))), \
      severity: PipelineSpec.Rule.Severity.\(rule.severity.rawValue), line: \(rule.line))
      """
  }

  private static func text(_ policies: Policies) -> String {
    """
    PipelineSpec.Policies(nul: PipelineSpec.Policies.Text.\(policies.nul.rawValue), \
    surrogates: PipelineSpec.Policies.Text.\(policies.surrogates.rawValue), \
    duplicateKeys: PipelineSpec.Policies.DuplicateKeys.\(policies.duplicateKeys.rawValue), \
    extraKeys: PipelineSpec.Policies.ExtraKeys.\(policies.withoutWarnings.extraKeys.rawValue), \
    neverFound: PipelineSpec.Policies.NeverFound.ignore)
    """
  }

  private static func text(_ column: ColumnLayout) -> String {
    let limit =
      switch column.limit {
      case .none: "none"
      case .characters(let count): "characters(\(count))"
      case .decimal(let precision, let scale): "decimal(precision: \(precision), scale: \(scale))"
      case .fraction(let digits): "fraction(\(digits))"
      }
    return """
      Records.ColumnLayout(name: \(quoted(column.name)), scalar: Records.ScalarType.\(column.scalar.rawValue), \
      isArray: \(column.isArray), limit: Records.ColumnLayout.Limit.\(limit), labels: nil, \
      typeName: \(quoted(column.typeName)), isLenient: \(column.isLenient), isTrimmed: \(column.isTrimmed), \
      zone: \(optional(column.zone)), encoding: \(optional(column.encoding.map(text))), \
      elementOID: \(column.elementOID))
      """
  }

  private static func text(_ encoding: BinaryEncoding) -> String { "Records.BinaryEncoding.\(encoding.rawValue)" }

  private static func quoted(_ text: String) -> String { String(reflecting: text) }

  private static func list(_ texts: [String]) -> String { "[\(texts.joined(separator: ", "))]" }

  private static func optional(_ value: (some Any)?) -> String { value.map { "Optional(\($0))" } ?? "nil" }
}
