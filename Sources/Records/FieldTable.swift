/// What a token in the source is.
public enum TokenKind: UInt8, Sendable, BitwiseCopyable {
  /// The record has nothing at the pointer: not the same as `null`.
  case missing
  case null, `true`, `false`, number, string, object, array
  /// The record's place in the source: `$ordinal`.
  case ordinal
}

/// Where one value of one record lies: found once, then read by the encoder and, independently, by the digest.
public struct Token: Sendable, BitwiseCopyable {
  /// First byte of the value in its text; for a string the byte after the opening quote.
  public var start: UInt32
  /// One past the last byte; for a string the place of the closing quote.
  public var end: UInt32
  public var kind: TokenKind
  /// True for a string that has escapes to decode.
  public var isEscaped: Bool
  /// Which text `start` and `end` point into.
  public var text: Text

  public enum Text: UInt8, Sendable, BitwiseCopyable {
    /// The chunk of the batch.
    case chunk
    /// The constants of the pipeline: defaults, `$now`, `$dataset`.
    case constants
    /// Records that a policy rewrote.
    case rewritten
  }

  @inlinable public init(
    kind: TokenKind, start: UInt32 = 0, end: UInt32 = 0, isEscaped: Bool = false, text: Text = .chunk
  ) {
    self.start = start
    self.end = end
    self.kind = kind
    self.isEscaped = isEscaped
    self.text = text
  }

  public static let missing = Token(kind: .missing)
}

/// The tokens of a batch's rows: `columns` of them per row, row after row, as many rows as the `RowBatch` has.
public struct FieldTable: Sendable {
  public let columns: Int
  public var tokens: [Token] = []

  public init(columns: Int) { self.columns = columns }
}

/// The three texts that the tokens of a `FieldTable` point into, for the length of one call.
public struct FieldTexts {
  public var chunk: UnsafeRawBufferPointer
  public var constants: UnsafeRawBufferPointer
  public var rewritten: UnsafeRawBufferPointer

  public init(
    chunk: UnsafeRawBufferPointer, constants: UnsafeRawBufferPointer, rewritten: UnsafeRawBufferPointer
  ) {
    self.chunk = chunk
    self.constants = constants
    self.rewritten = rewritten
  }

  /// The bytes of a token. Every text is followed by `Padding.text` bytes.
  @inlinable public func bytes(of token: Token) -> UnsafeRawBufferPointer {
    let text =
      switch token.text {
      case .chunk: chunk
      case .constants: constants
      case .rewritten: rewritten
      }
    precondition(token.start <= token.end && Int(token.end) <= text.count)
    return UnsafeRawBufferPointer(rebasing: text[Int(token.start)..<Int(token.end)])
  }
}
