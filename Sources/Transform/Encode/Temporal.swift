import Records
import Scalars

extension FieldEncoder {
  mutating func encodeDate(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let text = try string(value)
    let day: Int32
    if let date = TimestampText(text, keeping: 6) {
      if date.hasTime { try coerce(.malformed, .string) }
      day = date.day
    } else {
      day = try infinity(text, as: Int32.self)
    }
    sink.append(bigEndian: Int32(4))
    sink.append(bigEndian: day)
  }

  mutating func encodeTime(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let text = try string(value)
    var cursor = ByteCursor(text)
    guard let time = TimeText(&cursor, keeping: fractionDigits), cursor.isAtEnd, time.exists, !time.isPastMidnight
    else { throw malformed(CalendarFault(time: text)) }
    if time.isLeapSecond { try coerceLeapSecond() }
    if !time.fraction.isExact { try coerce(.notExact, .string) }
    append(time.microseconds, into: &sink)
  }

  mutating func encodeTimestamp(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let text = try string(value)
    guard let time = TimestampText(text, keeping: fractionDigits) else {
      return append(try infinity(text, as: Int64.self), into: &sink)
    }
    if time.isLeapSecond { try coerceLeapSecond() }
    if time.zone != nil { try coerce(.unexpectedZone, .string) }
    if !time.isExact { try coerce(.notExact, .string) }
    append(time.local, into: &sink)
  }

  mutating func encodeInstant(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let text = try string(value)
    guard let time = TimestampText(text, keeping: fractionDigits) else {
      return append(try infinity(text, as: Int64.self), into: &sink)
    }
    if time.isLeapSecond { try coerceLeapSecond() }
    guard let zone = time.zone ?? zone else { throw problem(.missingZone, .string) }
    if !time.isExact { try coerce(.notExact, .string) }
    append(time.local &- Int64(zone) &* 1_000_000, into: &sink)
  }

  /// The text of a value that has to be a string.
  func string(_ value: Lexeme) throws(ValueProblem) -> UnsafeRawBufferPointer {
    guard value.kind == .string else { throw problem(.wrongKind, value.kind) }
    return value.text
  }

  private func append(_ microseconds: Int64, into sink: inout ByteSink) {
    sink.append(bigEndian: Int32(8))
    sink.append(bigEndian: microseconds)
  }

  private func infinity<I: FixedWidthInteger>(
    _ text: UnsafeRawBufferPointer, as type: I.Type
  ) throws(ValueProblem) -> I {
    if let infinity: I = TimestampText.infinity(text) { return infinity }
    throw malformed(CalendarFault(timestamp: text))
  }

  /// A leap second is taken as the second behind it, which its count comes to.
  private mutating func coerceLeapSecond() throws(ValueProblem) {
    guard isLenient else { throw malformed(.leapSecond) }
    try coerce(.malformed, .string)
  }

  private func malformed(_ fault: CalendarFault?) -> ValueProblem {
    var problem = problem(.malformed, .string)
    problem.calendar = fault
    return problem
  }
}
