internal import Records
internal import Scalars

/// `range`: numbers, dates or instants from `min` to `max`, both included.
struct RangeRule: RuleKind {
  static let name = "range"
  static let keys = ["min", "max"]

  let min: String?
  let max: String?

  /// What the bounds must be, the type of what they are held against says: `check`.
  static func read(_ fields: Fields) -> Rule.Condition? {
    fields.requireBound()
    return .range(min: fields.text("min"), max: fields.text("max"))
  }

  func accepts(_ type: OperandType) -> Bool {
    type.isAny(of: [.number, .text, .date, .time, .timestamp, .timestamptz])
  }

  /// Of the first operand whose values the bounds cannot be held against.
  func check(_ operands: [RuleOperand], _ fields: Fields) {
    for operand in operands {
      guard let type = operand.type, type != .array else { continue }
      guard check(type, zone: operand.column?.zone, fields) else { return }
    }
  }

  private enum Bound {
    case number(Double)
    case moment(Int64)
  }

  /// False where it reported something.
  private func check(_ type: OperandType, zone: Int?, _ fields: Fields) -> Bool {
    var bounds: [Bound] = []
    for key in Self.keys {
      guard let node = fields[key], let scalar = node.scalar, !node.isBlank else { continue }
      guard let bound = Self.bound(scalar.text, of: type, zone) else {
        fields.report(key, "must be \(type.boundForm), not \(Message.quoted(scalar.written))")
        return false
      }
      bounds.append(bound)
    }
    guard bounds.count == 2 else { return true }
    switch (bounds[0], bounds[1]) {
    // Rounding to Double keeps the order, so that this never refuses a range that holds something.
    case (.number(let low), .number(let high)) where low <= high: return true
    case (.moment(let low), .moment(let high)) where low <= high: return true
    case (.number, .moment), (.moment, .number): fields.report("max", "is of another kind than `min`")
    default: fields.report("max", "is below `min`: no value could pass")
    }
    return false
  }

  private static func bound(_ text: String, of type: OperandType, _ zone: Int?) -> Bound? {
    guard type.countsNumbers(in: [text]) else { return type.moment(text, zone: zone).map { .moment($0) } }
    return DecimalText.isNumber(text) ? Double(text).map { .number($0) } : nil
  }

  var arguments: [String: RuleArgument] {
    RuleArgument.given(["min": min.map { .text($0) }, "max": max.map { .text($0) }])
  }

  var phrase: String { "is not " + Span.text(min, max) }
}

extension OperandType {
  /// Whether bounds are numbers. Of a place in a document, as of its text, they are what they are written as.
  /// - Parameter bounds: one or two.
  public func countsNumbers(in bounds: [String]) -> Bool {
    switch kind {
    case .date, .time, .timestamp, .timestamptz, .text: false
    case .bool, .number, .uuid, .bytes, .opaque: true
    case .json, nil: bounds.allSatisfy { DecimalText.isNumber($0) }
    }
  }

  /// How a bound is written here, to follow "must be".
  fileprivate var boundForm: String {
    switch kind {
    case .date: "a date such as 2024-01-31"
    case .time: "a time of day such as 08:30:00"
    case .timestamp: "a date or a timestamp without zone, such as 2024-01-31T08:30:00"
    case .timestamptz, .text: "a date or an instant such as 2024-01-31T08:30:00Z"
    case .bool, .number, .uuid, .bytes, .opaque: "a number"
    case .json, nil: "a number, a date or an instant such as 2024-01-31T08:30:00Z"
    }
  }
}
