/// One escape of a JSON string: a backslash, and what it makes of the bytes behind it.
public enum JSONEscape {
  /// Reads the escape at `place`, where a backslash stands, and moves `place` past it; of two that are a pair of
  /// surrogates both.
  /// - Returns: the code point, which is a surrogate where its partner is missing; nil, and `place` stays, for an escape
  ///   that JSON does not know.
  @inlinable public static func read(_ text: UnsafeRawBufferPointer, at place: inout Int) -> UInt32? {
    guard place &+ 1 < text.count else { return nil }
    guard text[place &+ 1] == 0x75 else {
      guard let byte = short(text[place &+ 1]) else { return nil }
      place &+= 2
      return UInt32(byte)
    }
    guard let first = unit(text, at: place) else { return nil }
    place &+= 6
    guard first &- 0xD800 < 0x400, let second = unit(text, at: place), second &- 0xDC00 < 0x400 else { return first }
    place &+= 6
    return 0x10000 &+ (first &- 0xD800) << 10 &+ (second &- 0xDC00)
  }

  /// Whether the code point is half of a pair.
  @inlinable public static func isSurrogate(_ scalar: UInt32) -> Bool { scalar &- 0xD800 < 0x800 }

  /// The byte that a backslash and `letter` stand for.
  @usableFromInline static func short(_ letter: UInt8) -> UInt8? {
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

  /// The UTF-16 unit of a `\uXXXX` at `place`; nil where there is none.
  @usableFromInline static func unit(_ text: UnsafeRawBufferPointer, at place: Int) -> UInt32? {
    guard place &+ 6 <= text.count, text[place] == 0x5C, text[place &+ 1] == 0x75 else { return nil }
    var unit: UInt32 = 0
    for i in place &+ 2..<place &+ 6 {
      let digit = text[i].hexValue
      guard digit < 16 else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// How many bytes the code point takes in UTF-8.
  static func length(_ scalar: UInt32) -> Int {
    switch scalar {
    case ..<0x80: 1
    case ..<0x800: 2
    case ..<0x10000: 3
    default: 4
    }
  }

  /// Writes the code point as UTF-8, a surrogate as if it were one.
  /// - Returns: how many bytes that took.
  static func write(_ scalar: UInt32, to target: UnsafeMutableRawPointer) -> Int {
    func store(_ byte: UInt32, _ place: Int) {
      target.storeBytes(of: UInt8(truncatingIfNeeded: byte), toByteOffset: place, as: UInt8.self)
    }
    func tail(_ shift: UInt32) -> UInt32 { 0x80 | (scalar >> shift) & 0x3F }
    switch length(scalar) {
    case 1:
      store(scalar, 0)
      return 1
    case 2:
      store(0xC0 | scalar >> 6, 0)
      store(tail(0), 1)
      return 2
    case 3:
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
}
