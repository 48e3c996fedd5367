import Platform

/// Decodes the escapes of a JSON string in place: what is decoded is never longer than its escape.
/// - Returns: the count of bytes that are left, from the beginning of `text`.
/// - Throws: `nul`, `surrogate`, or `malformed` for what no JSON string holds.
func decodeEscapes(in text: UnsafeMutableRawBufferPointer) throws(ValueProblem.Kind) -> Int {
  guard let base = text.baseAddress else { return 0 }
  var source = 0
  var target = 0
  while source < text.count {
    let rest = text.count &- source
    let plain = memchr(base + source, 0x5C, rest).map { $0 - (base + source) } ?? rest
    if source != target { memmove(base + target, base + source, plain) }
    source &+= plain
    target &+= plain
    guard source < text.count else { break }
    guard source &+ 1 < text.count else { throw .malformed }
    if text[source &+ 1] == 0x75 {
      let scalar = try unicodeEscape(in: text, at: &source)
      target &+= write(scalar, to: base + target)
    } else {
      guard let byte = shortEscape(text[source &+ 1]) else { throw .malformed }
      text[target] = byte
      source &+= 2
      target &+= 1
    }
  }
  return target
}

/// The byte that a backslash and `letter` stand for.
private func shortEscape(_ letter: UInt8) -> UInt8? {
  switch letter {
  case 0x22, 0x5C, 0x2F: letter
  case 0x62: 0x08
  case 0x66: 0x0C
  case 0x6E: 0x0A
  case 0x72: 0x0D
  case 0x74: 0x09
  default: nil
  }
}

/// The scalar of the escape, or pair of escapes, at `place`, which is moved past it.
private func unicodeEscape(
  in text: UnsafeMutableRawBufferPointer, at place: inout Int
) throws(ValueProblem.Kind) -> UInt32 {
  guard let first = codeUnit(in: text, at: place) else { throw .malformed }
  place &+= 6
  guard first != 0 else { throw .nul }
  guard first &- 0xD800 < 0x800 else { return first }
  guard first < 0xDC00, let second = codeUnit(in: text, at: place), second &- 0xDC00 < 0x400 else {
    throw .surrogate
  }
  place &+= 6
  return 0x10000 &+ (first &- 0xD800) << 10 &+ (second &- 0xDC00)
}

/// The code unit of the escape at `place`; nil where there is none.
private func codeUnit(in text: UnsafeMutableRawBufferPointer, at place: Int) -> UInt32? {
  guard place &+ 6 <= text.count, text[place] == 0x5C, text[place &+ 1] == 0x75 else { return nil }
  var unit: UInt32 = 0
  for i in place &+ 2..<place &+ 6 {
    let digit = hexValue(text[i])
    guard digit < 16 else { return nil }
    unit = unit << 4 | UInt32(digit)
  }
  return unit
}

/// Writes a scalar that is no surrogate as UTF-8; returns its length.
private func write(_ scalar: UInt32, to target: UnsafeMutableRawPointer) -> Int {
  func store(_ byte: UInt32, _ place: Int) {
    target.storeBytes(of: UInt8(truncatingIfNeeded: byte), toByteOffset: place, as: UInt8.self)
  }
  func tail(_ shift: UInt32) -> UInt32 { 0x80 | (scalar >> shift) & 0x3F }
  switch scalar {
  case ..<0x80:
    store(scalar, 0)
    return 1
  case ..<0x800:
    store(0xC0 | scalar >> 6, 0)
    store(tail(0), 1)
    return 2
  case ..<0x10000:
    store(0xE0 | scalar >> 12, 0)
    store(tail(6), 1)
    store(tail(0), 2)
    return 3
  default:
    store(0xF0 | scalar >> 18, 0)
    store(tail(12), 1)
    store(tail(6), 2)
    store(tail(0), 3)
    return 4
  }
}

/// The value of a hexadecimal digit; 255 for anything else.
func hexValue(_ byte: UInt8) -> UInt8 {
  let digit = byte &- 0x30
  if digit <= 9 { return digit }
  let letter = (byte | 0x20) &- 0x61
  return letter <= 5 ? letter &+ 10 : 255
}
