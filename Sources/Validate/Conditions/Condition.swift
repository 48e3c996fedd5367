import Patterns
import PipelineSpec
import Records

/// Keeps what a condition holds in one place, so that handing a condition on costs a single reference.
final class Held<Content: Sendable>: Sendable {
  let content: Content

  init(_ content: Content) { self.content = content }
}

/// What a value must be, compiled for one operand. Every condition but `notEmpty` holds for a missing or null value.
enum Condition {
  case notEmpty
  case oneOf(Held<Choices>)
  case range(Held<Bounds>)
  /// Characters (Unicode scalar values, as PostgreSQL's `char_length` counts them) of a string, elements of an array,
  /// bytes of a bytea.
  case length(min: Int?, max: Int?)
  case pattern(Pattern)
  case type(Rule.JSONType)
  case date

  /// - Parameter zone: of the column, for dates and instants that name none.
  init(_ rule: Rule.Condition, target: OperandType, zone: Int?) throws(ValidateError) {
    switch rule {
    case .notEmpty, .unique: self = .notEmpty
    case .oneOf(let values): self = .oneOf(Held(try Choices(values, target: target, zone: zone)))
    case .range(let min, let max): self = .range(Held(try Bounds(min: min, max: max, target: target, zone: zone)))
    case .length(let min, let max): self = .length(min: min, max: max)
    case .type(let type): self = .type(type)
    case .date: self = .date
    case .pattern(let text):
      do throws(PatternError) {
        self = .pattern(try Pattern(text))
      } catch {
        throw ValidateError(.rule, "the pattern \(text) \(error.message)", remedy: error.remedy)
      }
    }
  }

  enum Verdict {
    case holds, broken
    /// The value is of a kind that the condition cannot measure: a string under a range of numbers.
    case unmeasured
    /// The value is too long to be held against the pattern.
    case untried
  }

  /// - Throws: `ValidateError`; `CancellationError` when the task is cancelled.
  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) throws -> Verdict {
    if case .notEmpty = self { return Self.isPresent(value) ? .holds : .broken }
    if value.isNull { return .holds }
    guard case .pattern(let pattern) = self else {
      return try holds(value, &scratch).map { $0 ? .holds : .broken } ?? .unmeasured
    }
    guard let string = value.string(&scratch) else { return .unmeasured }
    guard string.count <= pattern.longestValue else { return .untried }
    try meter.spend(string.count * pattern.stepsPerByte)
    switch pattern.match(string) {
    case .matches: return .holds
    case .differs: return .broken
    case .tooLong: return .untried
    }
  }

  /// Of a value that is there; nil where it cannot be measured.
  private func holds(_ value: Value, _ scratch: inout ByteSink) throws(ValidateError) -> Bool? {
    switch self {
    case .notEmpty, .pattern: return nil
    case .oneOf(let choices): return choices.content.contain(value, &scratch)
    case .range(let bounds): return bounds.content.contain(value, &scratch)
    case .length(let min, let max):
      guard let length = try Self.length(of: value, &scratch) else { return nil }
      return length >= min ?? 0 && length <= max ?? .max
    case .type(let type): return Self.isOf(type, value)
    case .date:
      if case .moment = value { return true }
      return value.string(&scratch).flatMap { Moment($0) }?.isDateOrInstant ?? false
    }
  }

  private static func isPresent(_ value: Value) -> Bool {
    switch value {
    case .missing, .null: false
    case .text(let bytes): !bytes.isEmpty
    default: true
    }
  }

  /// nil where the value has no length.
  private static func length(of value: Value, _ scratch: inout ByteSink) throws(ValidateError) -> Int? {
    switch value {
    case .text, .escapedText: return value.string(&scratch)?.count { $0 & 0xC0 != 0x80 }
    case .elements(let array): return array.count
    case .opaque(let bytes): return bytes.count
    case .jsonArray(let bytes):
      guard let count = JSONScanner.elementCount(of: bytes) else { throw .malformedRow }
      return count
    default: return nil
    }
  }

  /// The JSON type that a value of a typed column would have: dates, uuids and their like are strings.
  private static func isOf(_ type: Rule.JSONType, _ value: Value) -> Bool {
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
