internal import Records

/// `date`: a date, or an instant with its zone, as columns of type `date` and `timestamptz` take them.
struct DateRule: RuleKind {
  static let name = "date"

  static func read(_ fields: Fields) -> Rule.Condition? { .date }

  func accepts(_ type: OperandType) -> Bool { type.isAny(of: [.text, .date, .timestamp, .timestamptz]) }

  var phrase: String { "is not a date, or an instant with its zone" }
}
