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
  mutating func take(_ byte: UInt8) -> Bool {
    guard place < text.count, text[place] == byte else { return false }
    place &+= 1
    return true
  }

  /// Exactly `count` digits, as a number; nil, and nothing is taken, where there are fewer.
  @inline(__always)
  mutating func digits(_ count: Int) -> Int? {
    guard text.count &- place >= count else { return nil }
    var value = 0
    for i in place..<place &+ count {
      let digit = text[i] &- 0x30
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    place &+= count
    return value
  }

  /// A digit, if one is next.
  mutating func digit() -> Int? {
    guard place < text.count, text[place].isDigit else { return nil }
    defer { place &+= 1 }
    return Int(text[place] &- 0x30)
  }
}
