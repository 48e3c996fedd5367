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
  // Vectors on both sides of each operator: with a number on one side they are calls, 100 times slower.
  let nine = SIMD16<UInt8>(repeating: 9)
  let zero = SIMD16<UInt8>(repeating: 0x30)
  let lower = SIMD16<UInt8>(repeating: 0x20)
  let letter = SIMD16<UInt8>(repeating: 0x65)
  var found = SIMD2<UInt64>()
  var place = 1
  while place &+ 4 <= text.count {
    let here = (base + place).loadUnaligned(as: SIMD16<UInt8>.self) | lower
    let before = (base + (place &- 1)).loadUnaligned(as: SIMD16<UInt8>.self) &- zero
    let second = (base + (place &+ 2)).loadUnaligned(as: SIMD16<UInt8>.self) &- zero
    let fourth = (base + (place &+ 4)).loadUnaligned(as: SIMD16<UInt8>.self) &- zero
    let isExponent = (here .== letter) .& (before .<= nine) .& (second .<= nine) .& (fourth .<= nine)
    found |= unsafeBitCast(isExponent, to: SIMD2<UInt64>.self)
    place &+= 16
  }
  return found[0] | found[1] != 0
}

/// Looks at 16 bytes in every 2048. A number with an exponent of three digits needs 15000 digits to be too long, so
/// 7000 of them in a row.
private func hasLongRunOfDigits(_ text: UnsafeRawBufferPointer) -> Bool {
  for place in stride(from: 0, through: text.count &- 16, by: 2048) {
    let piece = UnsafeRawBufferPointer(rebasing: text[place..<place &+ 16])
    if piece.allSatisfy({ $0.isDigit }) { return true }
  }
  return false
}
