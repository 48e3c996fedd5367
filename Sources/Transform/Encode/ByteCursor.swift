/// Reads a short text from left to right; never past its end.
struct ByteCursor {
  private let text: UnsafeRawBufferPointer
  private(set) var place = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  var isAtEnd: Bool { place == text.count }

  /// The byte at hand; 0 at the end.
  var next: UInt8 { place < text.count ? text[place] : 0 }

  mutating func advance() { if place < text.count { place &+= 1 } }

  /// Takes `byte` if it is next.
  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard place < text.count, text[place] == byte else { return false }
    place &+= 1
    return true
  }

  /// Two digits, as a number; nil, and nothing is taken, where there are fewer.
  @inline(__always)
  mutating func twoDigits() -> Int? {
    guard text.count &- place >= 2 else { return nil }
    let tens = text[place] &- 0x30
    let ones = text[place &+ 1] &- 0x30
    guard tens <= 9, ones <= 9 else { return nil }
    place &+= 2
    return Int(tens) &* 10 &+ Int(ones)
  }

  /// A digit, if one is next.
  @inline(__always)
  mutating func digit() -> Int? {
    guard place < text.count, text[place].isDigit else { return nil }
    defer { place &+= 1 }
    return Int(text[place] &- 0x30)
  }
}
