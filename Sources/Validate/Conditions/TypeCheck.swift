import PipelineSpec
import Records

/// `type`: the JSON type that a value of a typed column would have: dates, uuids and their like are strings.
struct TypeCheck: ValueCheck {
  let type: Rule.JSONType

  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) -> Condition.Verdict {
    Condition.Verdict(holds(value))
  }

  private func holds(_ value: Value) -> Bool {
    switch value {
    case .missing, .null: type == .null
    case .bool: type == .boolean
    case .integer: type == .number || type == .integer
    case .decimal(let view): type == .number || (type == .integer && view.isInteger)
    case .float(let float): type == .number || (type == .integer && float.isFinite && float == float.rounded())
    case .moment, .text, .escapedText, .opaque: type == .string
    case .elements, .jsonArray: type == .array
    case .jsonObject: type == .object
    }
  }
}
