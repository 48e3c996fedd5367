internal import Records
internal import Scalars

extension OperandType {
  /// A date or instant in microseconds since 2000, a time of day since midnight; nil where the text is none that a value
  /// here can be held against.
  /// - Parameter zone: of the column, in seconds east of UTC, for what names none.
  public func moment(_ text: String, zone: Int?) -> Int64? {
    if kind == .time { return Moment.timeOfDay(text) }
    guard let moment = Moment(text) else { return nil }
    switch kind {
    case .date where moment.hasTime, .timestamp where moment.hasZone: return nil
    case .timestamptz: return moment.instant(inZone: zone ?? 0)
    default: return moment.microseconds
    }
  }
}
