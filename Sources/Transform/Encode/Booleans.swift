import Records
import Scalars

extension FieldEncoder {
  mutating func encodeBool(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let isTrue: Bool
    switch value.kind {
    case .true: isTrue = true
    case .false: isTrue = false
    case .number:
      guard value.text.equals("1") || value.text.equals("0") else { throw problem(.wrongKind, .number) }
      try coerce(.wrongKind, .number)
      isTrue = value.text[0] == 0x31
    case .string:
      guard let word = Self.truth(value.text) else { throw problem(.wrongKind, .string) }
      try coerce(.wrongKind, .string)
      isTrue = word
    default: throw problem(.wrongKind, value.kind)
    }
    sink.append(bigEndian: Int32(1))
    sink.append(isTrue ? 1 : 0)
  }

  private static func truth(_ text: UnsafeRawBufferPointer) -> Bool? {
    let isTrue =
      text.equalsIgnoringCase("true") || text.equalsIgnoringCase("t") || text.equalsIgnoringCase("yes")
      || text.equalsIgnoringCase("y") || text.equalsIgnoringCase("on") || text.equals("1")
    let isFalse =
      text.equalsIgnoringCase("false") || text.equalsIgnoringCase("f") || text.equalsIgnoringCase("no")
      || text.equalsIgnoringCase("n") || text.equalsIgnoringCase("off") || text.equals("0")
    return isTrue || isFalse ? isTrue : nil
  }
}
