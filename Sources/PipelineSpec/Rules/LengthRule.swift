internal import Records

/// `length`: how many characters a string, elements an array or bytes a bytea may have.
struct LengthRule: RuleKind {
  static let name = "length"
  static let keys = ["min", "max"]

  let min: Int?
  let max: Int?

  static func read(_ fields: Fields) -> Rule.Condition? {
    let min = fields.integer("min", in: 0...Int.max)
    let max = fields.integer("max", in: 0...Int.max)
    fields.requireBound()
    if let min, let max, min > max { fields.report("max", "is below `min`: no value could pass") }
    return .length(min: min, max: max)
  }

  func accepts(_ type: OperandType) -> Bool { type == .array || type.isAny(of: [.text, .bytes]) }

  var arguments: [String: RuleArgument] {
    RuleArgument.given(["shortest": min.map { .count($0) }, "longest": max.map { .count($0) }])
  }

  var phrase: String { "has a length that is not " + Span.text(min.map { "\($0)" }, max.map { "\($0)" }) }
}
