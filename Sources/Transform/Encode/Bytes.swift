import Records
import Scalars

extension FieldEncoder {
  /// `\x` and hexadecimal digits, or what the column's encoding says. The text is copied to its place and decoded there,
  /// as it only shrinks.
  mutating func encodeBytes(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    guard value.kind == .string else { throw problem(.wrongKind, value.kind) }
    let text = value.text
    let isMarked = text.count >= 2 && text[0] == 0x5C && text[1] == 0x78
    let isHex = encoding != .base64
    guard isMarked || encoding != nil else { throw problem(.malformed, .string) }
    let digits = isMarked ? UnsafeRawBufferPointer(rebasing: text[2...]) : text
    let source = isHex ? digits : try unpaddedBase64(text)
    let header = sink.count
    sink.append(bigEndian: Int32(0))
    sink.append(source)
    let memory = UnsafeMutableRawBufferPointer(rebasing: sink.mutableBytes[(header &+ 4)...])
    guard let count = isHex ? decodeHex(in: memory) : decodeBase64(in: memory) else {
      throw problem(.malformed, .string)
    }
    sink.overwrite(at: header, bigEndian: Int32(truncatingIfNeeded: count))
    sink.truncate(to: header &+ 4 &+ count)
  }

  /// The text without its padding, which only `coerce: lenient` does without.
  private mutating func unpaddedBase64(_ text: UnsafeRawBufferPointer) throws(ValueProblem) -> UnsafeRawBufferPointer {
    var end = text.count
    while end > 0, text.count &- end < 2, text[end &- 1] == 0x3D { end &-= 1 }
    if text.count % 4 != 0 {
      guard end == text.count else { throw problem(.malformed, .string) }
      try coerce(.malformed, .string)
    }
    return UnsafeRawBufferPointer(rebasing: text[..<end])
  }
}

/// Decodes pairs of hexadecimal digits in place; returns the count of bytes, nil for anything else.
private func decodeHex(in text: UnsafeMutableRawBufferPointer) -> Int? {
  guard text.count % 2 == 0 else { return nil }
  for i in 0..<text.count / 2 {
    let high = text[i &* 2].hexValue
    let low = text[i &* 2 &+ 1].hexValue
    guard (high | low) < 16 else { return nil }
    text[i] = high << 4 | low
  }
  return text.count / 2
}

/// Decodes base64 without padding in place; returns the count of bytes. Nil for characters of neither alphabet, or of
/// both, and for bits at the end that would be lost.
private func decodeBase64(in text: UnsafeMutableRawBufferPointer) -> Int? {
  var bits: UInt32 = 0
  var held = 0
  var count = 0
  var alphabets: UInt8 = 0
  for i in text.indices {
    let (value, alphabet) = base64Value(text[i])
    guard value < 64 else { return nil }
    alphabets |= alphabet
    bits = bits &<< 6 | UInt32(value)
    held &+= 6
    guard held >= 8 else { continue }
    held &-= 8
    text[count] = UInt8(truncatingIfNeeded: bits &>> UInt32(held))
    count &+= 1
  }
  let isWhole = held < 6 && bits & (1 &<< UInt32(held) &- 1) == 0
  return isWhole && alphabets != 3 ? count : nil
}

/// The six bits of a character, and the alphabet it tells of: 1 standard, 2 URL, 0 either. 255 for no character.
@inline(__always)
private func base64Value(_ byte: UInt8) -> (value: UInt8, alphabet: UInt8) {
  switch byte {
  case 0x41...0x5A: (byte &- 0x41, 0)
  case 0x61...0x7A: (byte &- 0x61 &+ 26, 0)
  case 0x30...0x39: (byte &- 0x30 &+ 52, 0)
  case 0x2B: (62, 1)
  case 0x2F: (63, 1)
  case 0x2D: (62, 2)
  case 0x5F: (63, 2)
  default: (255, 0)
  }
}
