import Records

/// `date`: an ISO 8601 date or RFC 3339 instant.
struct DateCheck: ValueCheck {
  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) -> Condition.Verdict {
    if case .moment = value { return .holds }
    return Condition.Verdict(value.string(&scratch).flatMap { Moment($0) }?.isDateOrInstant ?? false)
  }
}
