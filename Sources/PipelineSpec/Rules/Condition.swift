extension Rule {
  /// What values must be: the list of the rules.
  public enum Condition: Sendable, Hashable {
    /// Neither missing nor null; a string not empty.
    case notEmpty
    /// The values of all operands together occur once in the source. A row with a null among them is not compared.
    case unique
    /// One of these JSON scalars (JSON texts: `"draft"`, `1`, `null`).
    case oneOf([String])
    /// Bounds as written, exact decimals or ISO 8601; nil: open.
    case range(min: String?, max: String?)
    /// Characters of a string, elements of an array.
    case length(min: Int?, max: Int?)
    /// A regular expression that the whole string must match.
    case pattern(String)
    /// The JSON type of the value.
    case type(JSONType)
    /// An ISO 8601 date or RFC 3339 instant.
    case date

    static let kinds: [any RuleKind.Type] = [
      NotEmptyRule.self, UniqueRule.self, OneOfRule.self, RangeRule.self, LengthRule.self, PatternRule.self,
      TypeRule.self, DateRule.self,
    ]

    var kind: any RuleKind {
      switch self {
      case .notEmpty: NotEmptyRule()
      case .unique: UniqueRule()
      case .oneOf(let values): OneOfRule(values: values)
      case .range(let min, let max): RangeRule(min: min, max: max)
      case .length(let min, let max): LengthRule(min: min, max: max)
      case .pattern(let text): PatternRule(text: text)
      case .type(let type): TypeRule(type: type)
      case .date: DateRule()
      }
    }

    /// What it holds rows to beside its operands, for the fingerprint of a plan.
    public var arguments: [String: RuleArgument] { kind.arguments }

    /// Whether it has a meaning for such an operand; one that has none would refuse every row.
    public func accepts(_ type: OperandType) -> Bool { kind.accepts(type) }
  }
}
