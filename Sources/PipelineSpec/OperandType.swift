public import Records

/// What a rule's operand is, as far as the column's type tells before any row is seen: which conditions and values have
/// a meaning there.
public enum OperandType: Sendable, Equatable {
  case scalar(ScalarType)
  case array
  /// A json or jsonb value, or a place inside one: only the row tells.
  case json

  public init(_ scalar: ScalarType) {
    self = scalar == .json || scalar == .jsonb ? .json : .scalar(scalar)
  }

  /// - Parameter path: below the column's value.
  /// - Returns: nil for a type of the target, which only its catalogue knows.
  init?(_ type: ColumnType, path: [Operand.Step]) {
    switch type {
    case .scalar(let scalar): self.init(scalar)
    case .array(let scalar) where path == [.each]: self.init(scalar)
    case .array: self = .array
    case .named: return nil
    }
  }

  /// Whether a condition has a meaning here; one that has none would refuse every row.
  public func accepts(_ condition: Rule.Condition) -> Bool {
    guard case .scalar(let scalar) = self else {
      switch condition {
      case .notEmpty, .unique, .length, .type: return true
      case .oneOf, .range, .pattern, .date: return self == .json
      }
    }
    switch condition {
    case .notEmpty, .unique, .type: return true
    case .oneOf: return ![.bytea, .interval, .inet].contains(scalar)
    case .range: return ![.bool, .uuid, .bytea, .interval, .inet].contains(scalar)
    case .length: return scalar == .text || scalar == .bytea
    case .pattern: return scalar == .text
    case .date: return [.text, .date, .timestamp, .timestamptz].contains(scalar)
    }
  }

  /// Whether a value here can equal a JSON scalar, as far as its kind tells: a number is never a string.
  /// - Parameter value: a JSON text: `"draft"`, `1`, `true`, `null`.
  public func canEqual(_ value: String) -> Bool {
    switch value.unicodeScalars.first {
    case "\"": isOne(of: [.text, .uuid, .date, .time, .timestamp, .timestamptz])
    case "t", "f": isOne(of: [.bool])
    case "n": true
    default: JSONText.isNumber(value) && isOne(of: [.int2, .int4, .int8, .float4, .float8, .numeric])
    }
  }

  private func isOne(of scalars: [ScalarType]) -> Bool {
    switch self {
    case .scalar(let scalar): scalars.contains(scalar)
    case .array: false
    case .json: true
    }
  }
}

extension OperandType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .scalar(let scalar): scalar.rawValue
    case .array: "array"
    case .json: "json"
    }
  }
}
