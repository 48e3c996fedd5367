/// `type`: the JSON type of the value.
struct TypeRule: RuleKind {
  static let name = "type"
  static let keys = ["is"]

  let type: Rule.JSONType

  static func read(_ fields: Fields) -> Rule.Condition? {
    fields.require("is")
    return fields.choice("is", Rule.JSONType.self).map { .type($0) }
  }

  var arguments: [String: RuleArgument] { ["type": .text(type.rawValue)] }

  var phrase: String { "is not of the JSON type \(type.rawValue)" }
}
