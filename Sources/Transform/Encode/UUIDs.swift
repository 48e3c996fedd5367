import Records
import Scalars

extension FieldEncoder {
  mutating func encodeUUID(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let text = try string(value)
    let bare = Self.unwrapped(text)
    if bare.count != text.count { try coerce(.malformed, .string) }
    guard let uuid = UUIDText(bare) else { throw problem(.malformed, .string) }
    sink.reserve(20)
    sink.append(bigEndian: Int32(16))
    sink.append(bigEndian: uuid.words.0)
    sink.append(bigEndian: uuid.words.1)
    sink.append(bigEndian: uuid.words.2)
    sink.append(bigEndian: uuid.words.3)
  }

  /// Without braces or `urn:uuid:` around it.
  private static func unwrapped(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    if text.count > 32, text[0] == 0x7B, text[text.count &- 1] == 0x7D {
      return UnsafeRawBufferPointer(rebasing: text[1..<text.count &- 1])
    }
    if text.count > 36, UnsafeRawBufferPointer(rebasing: text[..<9]).equals("urn:uuid:") {
      return UnsafeRawBufferPointer(rebasing: text[9...])
    }
    return text
  }
}

/// 32 hexadecimal digits, with hyphens at 8-4-4-4-12 or without any.
private struct UUIDText {
  let words: (UInt32, UInt32, UInt32, UInt32)

  init?(_ text: UnsafeRawBufferPointer) {
    /// The word whose digits are four at `first` and four at `second`.
    func word(_ first: Int, _ second: Int) -> UInt32? {
      Self.word(
        SIMD2(
          text.loadUnaligned(fromByteOffset: first, as: UInt32.self),
          text.loadUnaligned(fromByteOffset: second, as: UInt32.self)))
    }
    if text.count == 36 {
      guard text[8] == 0x2D, text[13] == 0x2D, text[18] == 0x2D, text[23] == 0x2D, let a = word(0, 4),
        let b = word(9, 14), let c = word(19, 24), let d = word(28, 32)
      else { return nil }
      words = (a, b, c, d)
    } else {
      guard text.count == 32, let a = word(0, 4), let b = word(8, 12), let c = word(16, 20), let d = word(24, 28)
      else { return nil }
      words = (a, b, c, d)
    }
  }

  /// The value of eight hexadecimal digits, in the order of memory; nil when one is none. All eight are looked at in
  /// one word: a sum sets a byte's highest bit where the byte is not below what the sum is made for.
  private static func word(_ halves: SIMD2<UInt32>) -> UInt32? {
    let text = UInt64(bigEndian: unsafeBitCast(halves, to: UInt64.self))
    func each(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
    let lower = text | each(0x20)
    let isDigit = (text &+ each(0x50)) & ~(text &+ each(0x46))
    let isLetter = (lower &+ each(0x1F)) & ~(lower &+ each(0x19))
    guard text & each(0x80) == 0, (isDigit | isLetter) & each(0x80) == each(0x80) else { return nil }
    // A digit's low half is its value, a letter's is 9 less; a letter has bit 6.
    var value = (text & each(0x0F)) &+ ((text >> 6) & each(1)) &* 9
    value = (value | value >> 4) & 0x00FF_00FF_00FF_00FF
    value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
    return UInt32(truncatingIfNeeded: value | value >> 16)
  }
}
