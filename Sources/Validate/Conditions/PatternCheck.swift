import Patterns
import Records

/// `pattern`: the whole string matches.
struct PatternCheck: ValueCheck {
  private let pattern: Pattern

  init(_ text: String) throws(ValidateError) {
    do throws(PatternError) {
      pattern = try Pattern(text)
    } catch {
      throw ValidateError(.rule, "the pattern \(text) \(error.message)", remedy: error.remedy)
    }
  }

  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) throws -> Condition.Verdict {
    guard let string = value.string(&scratch) else { return .unmeasured }
    guard string.count <= pattern.longestValue else { return .untried }
    try meter.spend(string.count * pattern.stepsPerByte)
    switch pattern.match(string) {
    case .matches: return .holds
    case .differs: return .broken
    case .tooLong: return .untried
    }
  }
}
