import PipelineSpec
import Records

/// What a rule's operand is, as far as the column's type tells before any row is seen.
enum Target: Equatable {
  case scalar(ScalarType)
  case array
  /// A json or jsonb value, or a place inside one: only the row tells.
  case json

  init(_ scalar: ScalarType) {
    self = scalar == .json || scalar == .jsonb ? .json : .scalar(scalar)
  }

  /// Whether a condition has a meaning here; one that has none would refuse every row.
  func accepts(_ condition: Rule.Condition) -> Bool {
    guard case .scalar(let scalar) = self else {
      switch condition {
      case .required, .unique, .length, .type: return true
      case .oneOf, .range, .pattern, .date: return self == .json
      }
    }
    switch condition {
    case .required, .unique, .type: return true
    case .oneOf: return ![.bytea, .interval, .inet].contains(scalar)
    case .range: return ![.bool, .uuid, .bytea, .interval, .inet].contains(scalar)
    case .length: return scalar == .text || scalar == .bytea
    case .pattern: return scalar == .text
    case .date: return [.text, .date, .timestamp, .timestamptz].contains(scalar)
    }
  }
}

extension Target: CustomStringConvertible {
  var description: String {
    switch self {
    case .scalar(let scalar): scalar.rawValue
    case .array: "array"
    case .json: "json"
    }
  }
}
