/// `unique`: no other record has the same key.
struct UniqueRule: RuleKind {
  static let name = "unique"
  static let whyNoFilter: String? = "which of the equal records would stay? Use `into.repeated`"

  static func read(_ fields: Fields) -> Rule.Condition? {
    for node in fields.oneOrMore("of") {
      guard let text = node.scalar?.text, let operand = Operand(text), operand.path.contains(.each) else { continue }
      fields.problems.add("`unique` compares records, and cannot look at every element (`*`)", at: node)
    }
    return .unique
  }

  var phrase: String { "is not unique" }
}
