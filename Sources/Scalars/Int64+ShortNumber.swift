extension Int64 {
  /// What almost all integers are: up to 18 digits, as JSON writes them. Nil says nothing but that it is not one of these.
  @inlinable public init?(shortNumber text: UnsafeRawBufferPointer) {
    let isNegative = text.count > 0 && text[0] == 0x2D
    let start = isNegative ? 1 : 0
    let digits = text.count &- start
    guard digits > 0, digits <= 18, digits == 1 || text[start] != 0x30 else { return nil }
    var magnitude: Int64 = 0
    for i in start..<text.count {
      let digit = text[i] &- 0x30
      guard digit <= 9 else { return nil }
      magnitude = magnitude &* 10 &+ Int64(digit)
    }
    self = isNegative ? -magnitude : magnitude
  }
}
