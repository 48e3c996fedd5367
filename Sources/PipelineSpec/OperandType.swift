public import Records

/// What a rule's operand is, as far as the column's type tells before any row is seen: which conditions and values have
/// a meaning there.
public enum OperandType: Sendable, Equatable {
  case scalar(ScalarType)
  case array
  /// A json or jsonb value, or a place inside one: only the row tells.
  case json

  public init(_ scalar: ScalarType) { self = scalar.traits.operand == .json ? .json : .scalar(scalar) }

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

  /// nil for an array as a whole.
  public var kind: ScalarTraits.Operand? {
    switch self {
    case .scalar(let scalar): scalar.traits.operand
    case .array: nil
    case .json: .json
    }
  }

  /// Whether its values are of one of these kinds. What only the row tells may be of any.
  func isAny(of kinds: Set<ScalarTraits.Operand>) -> Bool {
    kind.map { $0 == .json || kinds.contains($0) } ?? false
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
