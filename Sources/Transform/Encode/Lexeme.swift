import Records

/// One JSON value, as the encoders of the types see it.
struct Lexeme {
  var kind: TokenKind
  /// The value's bytes; those of a string without its quotes.
  var text: UnsafeRawBufferPointer
  /// True for a string whose escapes are still to be decoded.
  var isEscaped = false

  /// The bytes as the source has them, a string with its quotes. Not for strings that were decoded or trimmed.
  var written: UnsafeRawBufferPointer {
    guard kind == .string, let start = text.baseAddress else { return text }
    return UnsafeRawBufferPointer(start: start - 1, count: text.count + 2)
  }
}

extension Lexeme {
  /// The value of a token of any kind but `missing` and `ordinal`.
  init(_ token: Token, in texts: FieldTexts) {
    // A string's quotes are part of its text: `written` relies on it.
    precondition(token.kind != .string || token.start > 0)
    self.init(kind: token.kind, text: texts.bytes(of: token), isEscaped: token.isEscaped)
  }
}

extension UInt8 {
  /// Space, tab, line feed, vertical tab, form feed, carriage return.
  var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

  var isDigit: Bool { self &- 0x30 <= 9 }
}

extension UnsafeRawBufferPointer {
  /// Without white space at both ends.
  var trimmed: UnsafeRawBufferPointer {
    var start = 0
    var end = count
    while start < end, self[start].isSpace { start &+= 1 }
    while end > start, self[end &- 1].isSpace { end &-= 1 }
    return UnsafeRawBufferPointer(rebasing: self[start..<end])
  }

  /// True for the same bytes as `text`, which must be lower case, in any case.
  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    for i in 0..<count {
      let byte = self[i]
      let lowered = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if lowered != text.utf8Start[i] { return false }
    }
    return true
  }

  func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: count))
  }
}
