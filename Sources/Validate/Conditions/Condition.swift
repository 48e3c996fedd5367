import PipelineSpec
import Records

/// What a value must be, compiled for one operand: the list of the checks. Every one but that of `notEmpty` holds for a
/// missing or null value.
struct Condition: Sendable {
  enum Verdict {
    case holds, broken
    /// The value is of a kind that the condition cannot measure: a string under a range of numbers.
    case unmeasured
    /// The value is too long to be held against the pattern.
    case untried
  }

  private let isBrokenByNull: Bool
  private let check: @Sendable (Value, inout ByteSink, inout WorkMeter) throws -> Verdict

  /// - Parameter zone: of the column, for dates and instants that name none.
  init(_ rule: Rule.Condition, target: OperandType, zone: Int?) throws(ValidateError) {
    switch rule {
    case .notEmpty, .unique: self.init(NotEmptyCheck(), isBrokenByNull: true)
    case .oneOf(let values): self.init(try OneOfCheck(values, target: target, zone: zone))
    case .range(let min, let max): self.init(try RangeCheck(min: min, max: max, target: target, zone: zone))
    case .length(let min, let max): self.init(LengthCheck(min: min, max: max))
    case .pattern(let text): self.init(try PatternCheck(text))
    case .type(let type): self.init(TypeCheck(type: type))
    case .date: self.init(DateCheck())
    }
  }

  private init(_ check: some ValueCheck, isBrokenByNull: Bool = false) {
    self.isBrokenByNull = isBrokenByNull
    self.check = { value, scratch, meter in try check.verdict(on: value, scratch: &scratch, meter: &meter) }
  }

  /// - Throws: `ValidateError`; `CancellationError` when the task is cancelled.
  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) throws -> Verdict {
    if value.isNull { return isBrokenByNull ? .broken : .holds }
    return try check(value, &scratch, &meter)
  }
}

/// What one kind of rule asks of a value that is neither missing nor null.
protocol ValueCheck: Sendable {
  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) throws -> Condition.Verdict
}

extension Condition.Verdict {
  /// - Parameter holds: nil where the value cannot be measured.
  init(_ holds: Bool?) {
    switch holds {
    case true?: self = .holds
    case false?: self = .broken
    case nil: self = .unmeasured
    }
  }
}
