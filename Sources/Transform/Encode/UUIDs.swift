import Records

extension FieldEncoder {
  mutating func encodeUUID(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    guard value.kind == .string else { throw problem(.wrongKind, value.kind) }
    let bare = Self.unwrapped(value.text)
    if bare.count != value.text.count { try coerce(.malformed, .string) }
    guard let (high, low) = Self.uuidDigits(bare), let first = packed(high), let last = packed(low) else {
      throw problem(.malformed, .string)
    }
    sink.append(bigEndian: Int32(16))
    sink.append(bigEndian: first)
    sink.append(bigEndian: last)
  }

  /// Without braces or `urn:uuid:` around it.
  private static func unwrapped(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    if text.count > 2, text[0] == 0x7B, text[text.count &- 1] == 0x7D {
      return UnsafeRawBufferPointer(rebasing: text[1..<text.count &- 1])
    }
    if text.count > 9, UnsafeRawBufferPointer(rebasing: text[..<9]).equals("urn:uuid:") {
      return UnsafeRawBufferPointer(rebasing: text[9...])
    }
    return text
  }

  /// The 32 digits; nil where there are not so many, or hyphens stand elsewhere.
  private static func uuidDigits(_ text: UnsafeRawBufferPointer) -> (SIMD16<UInt8>, SIMD16<UInt8>)? {
    func words(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> SIMD16<UInt8> {
      let words = SIMD4<UInt32>(
        text.loadUnaligned(fromByteOffset: a, as: UInt32.self), text.loadUnaligned(fromByteOffset: b, as: UInt32.self),
        text.loadUnaligned(fromByteOffset: c, as: UInt32.self), text.loadUnaligned(fromByteOffset: d, as: UInt32.self))
      return unsafeBitCast(words, to: SIMD16<UInt8>.self)
    }
    if text.count == 32 { return (words(0, 4, 8, 12), words(16, 20, 24, 28)) }
    guard text.count == 36, text[8] == 0x2D, text[13] == 0x2D, text[18] == 0x2D, text[23] == 0x2D else { return nil }
    return (words(0, 4, 9, 14), words(19, 24, 28, 32))
  }
}

/// Eight bytes of sixteen hexadecimal digits, the first in the highest; nil when one is none.
private func packed(_ text: SIMD16<UInt8>) -> UInt64? {
  let digits = text &- 0x30
  let letters = (text | 0x20) &- 0x61
  let isDigit = digits .<= 9
  guard all(isDigit .| (letters .<= 5)) else { return nil }
  let values = (letters &+ 10).replacing(with: digits, where: isDigit)
  let bytes = values.evenHalf &<< 4 | values.oddHalf
  return UInt64(bigEndian: unsafeBitCast(bytes, to: UInt64.self))
}
