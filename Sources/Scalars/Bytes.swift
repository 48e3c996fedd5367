extension UInt8 {
  /// Space, tab, line feed, vertical tab, form feed, carriage return.
  @inlinable public var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

  @inlinable public var isDigit: Bool { self &- 0x30 <= 9 }

  /// The value of a hexadecimal digit of either case; 255 for anything else.
  @inlinable public var hexValue: UInt8 {
    let digit = self &- 0x30
    if digit <= 9 { return digit }
    let letter = (self | 0x20) &- 0x61
    return letter <= 5 ? letter &+ 10 : 255
  }

  /// The lower half of the byte as a hexadecimal digit in lower case.
  var hexDigit: UInt8 {
    let value = self & 15
    return value < 10 ? 0x30 &+ value : 0x61 &+ value &- 10
  }
}

extension UnsafeRawBufferPointer {
  /// Without white space at both ends.
  public var trimmed: UnsafeRawBufferPointer {
    var start = 0
    var end = count
    while start < end, self[start].isSpace { start &+= 1 }
    while end > start, self[end &- 1].isSpace { end &-= 1 }
    return UnsafeRawBufferPointer(rebasing: self[start..<end])
  }

  /// True for the same bytes as `text`, which must be lower case, in any case.
  public func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    for i in 0..<count {
      let byte = self[i]
      let lowered = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if lowered != text.utf8Start[i] { return false }
    }
    return true
  }

  public func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: count))
  }
}
