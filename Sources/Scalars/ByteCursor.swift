/// Reads a short text from left to right; never past its end.
public struct ByteCursor {
  @usableFromInline let text: UnsafeRawBufferPointer
  @usableFromInline var place = 0

  @inlinable public init(_ text: UnsafeRawBufferPointer) { self.text = text }

  @inlinable public var isAtEnd: Bool { place == text.count }

  /// The byte that comes next; 0 at the end.
  @inlinable public var next: UInt8 { place < text.count ? text[place] : 0 }

  @inlinable public mutating func advance() { if place < text.count { place &+= 1 } }

  /// Takes `byte` if it is next.
  @inlinable public mutating func take(_ byte: UInt8) -> Bool {
    guard place < text.count, text[place] == byte else { return false }
    place &+= 1
    return true
  }

  /// Two digits, as a number; nil, and nothing is taken, where there are fewer.
  @inlinable public mutating func twoDigits() -> Int? {
    guard text.count &- place >= 2 else { return nil }
    let tens = text[place] &- 0x30
    let ones = text[place &+ 1] &- 0x30
    guard tens <= 9, ones <= 9 else { return nil }
    place &+= 2
    return Int(tens) &* 10 &+ Int(ones)
  }

  /// A digit, if one is next.
  @inlinable public mutating func digit() -> Int? {
    guard place < text.count, text[place].isDigit else { return nil }
    defer { place &+= 1 }
    return Int(text[place] &- 0x30)
  }
}
