import Records

extension FieldEncoder {
  /// The text as the source has it: PostgreSQL keeps it so.
  func encodeJSON(_ value: Lexeme, into sink: inout ByteSink) {
    let text = value.written
    sink.append(bigEndian: Int32(truncatingIfNeeded: text.count))
    sink.append(text)
  }

  /// A version byte and the text, which PostgreSQL parses; what it would refuse is refused here.
  func encodeJSONB(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let text = value.written
    if hasLongNumbers || text.count > JSONBSize.harmlessBytes {
      do {
        try JSONBSize.check(text)
      } catch {
        throw problem(error, value.kind)
      }
    }
    sink.reserve(text.count &+ 5)
    sink.append(bigEndian: Int32(truncatingIfNeeded: text.count &+ 1))
    sink.append(1)
    sink.append(text)
  }
}
