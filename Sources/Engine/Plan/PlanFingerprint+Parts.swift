internal import Extract
internal import PipelineSpec
internal import Records

extension PlanFingerprint {
  struct ColumnPart: Encodable {
    var column: String
    var type: String
    var from: String
    var required: Bool
    /// `$now`, or a JSON text.
    var `default`: String?
    var lenient: Bool
    var trim: Bool
    var zone: Int?
    var encoding: String?

    init(_ column: Column) {
      self.column = column.name
      type = column.type.description
      from =
        switch column.source {
        case .pointer(let pointer): pointer.description
        case .ordinal: "$ordinal"
        case .value: "$value"
        case .dataset: "$dataset"
        case .now: "$now"
        }
      required = column.isRequired
      `default` =
        switch column.default {
        case .now: "$now"
        case .json(let text): text
        case nil: nil
        }
      lenient = column.isLenient
      trim = column.isTrimmed
      zone = column.zone
      encoding = column.encoding?.rawValue
    }
  }

  struct RulePart: Encodable {
    var rule: String
    var of: [String]
    var severity: String
    var arguments: [String: RuleArgument]

    init(_ rule: Rule) {
      self.rule = rule.name
      of = rule.operands.map(\.description)
      severity = rule.severity.rawValue
      arguments = rule.condition.arguments
    }

    /// What a rule has of its own stands beside what all have.
    func encode(to encoder: any Encoder) throws {
      try arguments.encode(to: encoder)
      var common = encoder.container(keyedBy: CodingKeys.self)
      try common.encode(rule, forKey: .rule)
      try common.encode(of, forKey: .of)
      try common.encode(severity, forKey: .severity)
    }

    private enum CodingKeys: String, CodingKey { case rule, of, severity }
  }

  struct PoliciesPart: Encodable {
    var nul: String
    var surrogates: String
    var duplicateKeys: String
    var extraKeys: String

    init(_ policies: Policies) {
      nul = policies.nul.rawValue
      surrogates = policies.surrogates.rawValue
      duplicateKeys = policies.duplicateKeys.rawValue
      extraKeys = policies.withoutWarnings.extraKeys.rawValue
    }
  }

  struct TablePart: Encodable {
    var schema: String
    var table: String
    var columns: [TableColumnPart]

    init(_ layout: TableLayout) {
      schema = layout.schema
      table = layout.table
      columns = layout.columns.map { TableColumnPart($0) }
    }
  }

  struct TableColumnPart: Encodable {
    var column: String
    /// As `format_type` prints it.
    var type: String
    /// How it is encoded.
    var scalar: String
    var array: Bool
    var element: UInt32
    var characters: Int?
    var precision: Int?
    var scale: Int?
    var fraction: Int?

    init(_ column: ColumnLayout) {
      self.column = column.name
      type = column.typeName
      scalar = column.scalar.rawValue
      array = column.isArray
      element = column.elementOID
      switch column.limit {
      case .none: break
      case .characters(let count): characters = count
      case .decimal(let precision, let scale): (self.precision, self.scale) = (precision, scale)
      case .fraction(let digits): fraction = digits
      }
    }
  }

  struct LimitsPart: Encodable {
    var recordBytes: Int
    var depth: Int
    var sliceBytes: Int64

    init(_ limits: ExtractLimits) {
      recordBytes = limits.recordBytes
      depth = limits.depth
      sliceBytes = limits.sliceBytes
    }
  }
}
