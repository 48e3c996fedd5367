/// `notEmpty`: neither missing, nor null, nor an empty string.
struct NotEmptyRule: RuleKind {
  static let name = "notEmpty"

  static func read(_ fields: Fields) -> Rule.Condition? { .notEmpty }

  var phrase: String { "is missing, null or empty" }
}
