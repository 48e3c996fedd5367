import Records
import Scalars

extension FieldEncoder {
  /// The number that `value` is, or that its string holds.
  @inline(__always)
  mutating func decimal(of value: Lexeme) throws(ValueProblem) -> DecimalText {
    switch value.kind {
    case .number:
      guard let number = DecimalText(value.text) else { throw problem(.malformed, .number) }
      return number
    case .string:
      let text = try unpadded(value.text)
      guard let number = DecimalText(text) else { throw problem(.notANumber, .string) }
      if !number.isPlain { try coerce(.notANumber, .string) }
      return number
    default: throw problem(.wrongKind, value.kind)
    }
  }

  /// A string without white space around it, which only `coerce: lenient` takes.
  /// - Parameter problem: of a string with white space where it is not taken.
  mutating func unpadded(
    _ text: UnsafeRawBufferPointer, or problem: ValueProblem.Kind = .notANumber
  ) throws(ValueProblem) -> UnsafeRawBufferPointer {
    let trimmed = text.trimmed
    if trimmed.count != text.count { try coerce(problem, .string) }
    return trimmed
  }
}
