internal import Records

/// `date`: an ISO 8601 date or RFC 3339 instant.
struct DateRule: RuleKind {
  static let name = "date"

  static func read(_ fields: Fields) -> Rule.Condition? { .date }

  func accepts(_ type: OperandType) -> Bool { type.isAny(of: [.text, .date, .timestamp, .timestamptz]) }

  var phrase: String { "is not an ISO 8601 date or RFC 3339 instant" }
}
