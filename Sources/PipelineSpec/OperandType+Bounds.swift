internal import Records

/// What the bounds of a `range` are, by the type of what they are held against.
extension OperandType {
  /// Whether they are numbers. Of a place in a document, as of its text, they are what they are written as.
  /// - Parameter bounds: one or two.
  public func countsNumbers(in bounds: [String]) -> Bool {
    switch self {
    case .scalar(.date), .scalar(.time), .scalar(.timestamp), .scalar(.timestamptz), .scalar(.text): false
    case .scalar: true
    case .array, .json: bounds.allSatisfy { JSONText.isNumber($0) }
    }
  }

  /// A date or instant in microseconds since 2000, a time of day since midnight; nil where the text is none that a value
  /// here can be held against.
  /// - Parameter zone: of the column, in seconds east of UTC, for what names none.
  public func moment(_ text: String, zone: Int?) -> Int64? {
    if self == .scalar(.time) { return Moment.timeOfDay(text) }
    guard let moment = Moment(text) else { return nil }
    switch self {
    case .scalar(.date) where moment.hasTime, .scalar(.timestamp) where moment.hasZone: return nil
    case .scalar(.timestamptz) where !moment.hasZone: return moment.microseconds - Int64(zone ?? 0) * 1_000_000
    default: return moment.microseconds
    }
  }

  /// How a bound is written here, to follow "must be".
  var boundForm: String {
    switch self {
    case .scalar(.date): "a date such as 2024-01-31"
    case .scalar(.time): "a time of day such as 08:30:00"
    case .scalar(.timestamp): "a date or a timestamp without zone, such as 2024-01-31T08:30:00"
    case .scalar(.timestamptz), .scalar(.text): "a date or an instant such as 2024-01-31T08:30:00Z"
    case .scalar: "a number"
    case .array, .json: "a number, a date or an instant such as 2024-01-31T08:30:00Z"
    }
  }
}
