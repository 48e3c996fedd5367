import Records
import Scalars

/// `date`: a date, or an instant with its zone.
struct DateCheck: ValueCheck {
  func verdict(on value: Value, scratch: inout ByteSink, meter: inout WorkMeter) -> Condition.Verdict {
    if case .moment = value { return .holds }
    return Condition.Verdict(value.string(&scratch).flatMap { Moment($0) }?.isDateOrInstant ?? false)
  }
}
