import Records
import Scalars

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

extension Lexeme {
  /// The value that a JSON text is, which is not empty and well formed.
  init(json text: UnsafeRawBufferPointer) {
    kind = TokenKind(first: text.first)
    self.text = text
    if kind == .string {
      self.text = UnsafeRawBufferPointer(rebasing: text[1..<max(1, text.count - 1)])
      isEscaped = JSONString.isEscaped(self.text)
    }
  }
}

extension TokenKind {
  /// What a JSON text is that begins with this byte.
  init(first: UInt8?) {
    switch first {
    case 0x22: self = .string
    case 0x7B: self = .object
    case 0x5B: self = .array
    case 0x74: self = .true
    case 0x66: self = .false
    case 0x6E: self = .null
    default: self = .number
    }
  }
}
