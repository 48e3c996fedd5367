import Records

/// `notEmpty`: a string has a character.
struct NotEmptyCheck: ValueCheck {
  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) -> Condition.Verdict {
    if case .text(let bytes) = value, bytes.isEmpty { return .broken }
    return .holds
  }
}
