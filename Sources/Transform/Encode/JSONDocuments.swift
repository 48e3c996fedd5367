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
    if hasLongNumber(text) || text.count > JSONBSize.harmlessBytes {
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

/// False when no number in the document can be beyond PostgreSQL's numeric: none has an exponent of four digits or more,
/// and none has thousands of digits. True says only that it is worth a look.
///
/// This runs over every document, so it looks at 16 places at once, for a digit, an `e`, any byte, a digit, any byte,
/// a digit. It reads up to 16 bytes past the end, which every text has.
private func hasLongNumber(_ text: UnsafeRawBufferPointer) -> Bool {
  guard let base = text.baseAddress, text.count >= 6 else { return false }
  if text.count > 8192, hasLongRunOfDigits(text) { return true }
  var found = SIMD16<UInt8>()
  var place = 1
  while place &+ 4 <= text.count {
    let letters = (base + place).loadUnaligned(as: SIMD16<UInt8>.self) | 0x20
    let before = (base + (place &- 1)).loadUnaligned(as: SIMD16<UInt8>.self) &- 0x30
    let second = (base + (place &+ 2)).loadUnaligned(as: SIMD16<UInt8>.self) &- 0x30
    let fourth = (base + (place &+ 4)).loadUnaligned(as: SIMD16<UInt8>.self) &- 0x30
    let isExponent = (letters .== 0x65) .& (before .<= 9) .& (second .<= 9) .& (fourth .<= 9)
    found.replace(with: 1, where: isExponent)
    place &+= 16
  }
  return found != SIMD16<UInt8>()
}

/// Looks at 16 bytes in every 2048. A number with an exponent of three digits needs 15000 digits to be too long, so
/// 7000 of them in a row.
private func hasLongRunOfDigits(_ text: UnsafeRawBufferPointer) -> Bool {
  for place in stride(from: 0, through: text.count &- 16, by: 2048) {
    let digits = text.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self) &- 0x30
    if all(digits .<= 9) { return true }
  }
  return false
}
