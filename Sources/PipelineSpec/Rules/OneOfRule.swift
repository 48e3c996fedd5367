internal import Records
internal import Scalars

/// `oneOf`: one of the JSON scalars under `values`.
struct OneOfRule: RuleKind {
  static let name = "oneOf"
  static let keys = ["values"]

  let values: [String]

  static func read(_ fields: Fields) -> Rule.Condition? {
    fields.require("values")
    guard fields["values"] != nil else { return nil }
    let values = fields.list("values").compactMap { node in fields.scalar(node, "values").map(JSONText.of) }
    if values.isEmpty, case .sequence([]) = fields["values"]?.content { fields.report("values", "must not be empty") }
    return .oneOf(values)
  }

  func accepts(_ type: OperandType) -> Bool {
    type.isAny(of: [.bool, .number, .text, .uuid, .date, .time, .timestamp, .timestamptz])
  }

  func check(_ operands: [RuleOperand], _ fields: Fields) {
    guard !values.isEmpty else { return }
    for operand in operands {
      guard let column = operand.column, let type = operand.type, accepts(type) else { continue }
      for node in fields.list("values") {
        guard let scalar = node.scalar, !node.isBlank, !type.canEqual(JSONText.of(scalar)) else { continue }
        fields.problems.add(
          "\(node.shown) can never be a value of \(operand.node.shown), which is \(column.type)", at: node)
      }
    }
  }

  var arguments: [String: RuleArgument] { ["values": .texts(values)] }

  var phrase: String {
    values.count == 1 ? "is not the one value allowed" : "is none of the \(values.count) values allowed"
  }
}

extension OperandType {
  /// Whether a value here can equal a JSON scalar, as far as its kind tells: a number is never a string.
  /// - Parameter value: a JSON text: `"draft"`, `1`, `true`, `null`.
  public func canEqual(_ value: String) -> Bool {
    switch value.unicodeScalars.first {
    case "\"": isAny(of: [.text, .uuid, .date, .time, .timestamp, .timestamptz])
    case "t", "f": isAny(of: [.bool])
    case "n": true
    default: DecimalText.isNumber(value) && isAny(of: [.number])
    }
  }
}
