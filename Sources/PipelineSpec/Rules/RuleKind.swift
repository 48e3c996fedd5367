/// What one kind of rule has of its own before a row is seen: its keys, which operands can answer it, how it is read, and
/// what is said of a value that breaks it. The check of values has the same name in `Validate/Conditions`.
protocol RuleKind: Sendable {
  /// As a pipeline writes it.
  static var name: String { get }
  /// The keys it has beside `rule`, `of` and `severity`.
  static var keys: [String] { get }
  /// Why it cannot stand in `where`, to follow its name; nil: it can.
  static var whyNoFilter: String? { get }

  /// - Returns: nil where it reported that a key is missing or wrong.
  static func read(_ fields: Fields) -> Rule.Condition?

  /// Whether it has a meaning for such an operand; one that has none would refuse every row.
  func accepts(_ type: OperandType) -> Bool

  /// Reports what no value of the operands can be held against.
  func check(_ operands: [RuleOperand], _ fields: Fields)

  /// What it holds rows to beside its operands, for the fingerprint of a plan: a name once given keeps its meaning.
  var arguments: [String: RuleArgument] { get }

  /// What is wrong with a value that breaks it, to follow the name of the operand: nothing of the value.
  var phrase: String { get }
}

extension RuleKind {
  static var keys: [String] { [] }
  static var whyNoFilter: String? { nil }
  func accepts(_ type: OperandType) -> Bool { true }
  var arguments: [String: RuleArgument] { [:] }
  func check(_ operands: [RuleOperand], _ fields: Fields) {}
}

/// A part of what a rule asks, as it is written.
public enum RuleArgument: Sendable, Hashable, Encodable {
  case text(String)
  case texts([String])
  case count(Int)

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .texts(let texts): try container.encode(texts)
    case .count(let count): try container.encode(count)
    }
  }

  /// Without those that are not given.
  static func given(_ arguments: [String: RuleArgument?]) -> [String: RuleArgument] {
    arguments.compactMapValues { $0 }
  }
}

/// An operand of a rule as it is read.
struct RuleOperand {
  let operand: Operand
  let node: YAMLNode
  /// nil: a place in the record.
  let column: Column?

  /// nil for a type of the target, which only its catalogue knows.
  var type: OperandType? {
    guard let column else { return .json }
    return OperandType(column.type, path: operand.path)
  }
}
