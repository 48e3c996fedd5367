/// Why a text is not what it should be, and at which byte.
public struct JSONFault: Error, Hashable {
  public var kind: Kind
  /// The first byte that is wrong, counted from the start of the text that was handed in.
  public var offset: Int

  public enum Kind: Hashable, Sendable {
    /// Something else had to stand here: `","`, `"a value"`.
    case expected(String)
    /// The text ends inside something.
    case truncated(String)
    case controlCharacter
    case invalidUTF8
    case invalidNumber
    case invalidLiteral
    case invalidEscape
    case tooDeep(limit: Int)
    /// Bytes after the end of the document.
    case trailing
    /// Two records of an NDJSON source on one line.
    case sameLine
    /// A line of an NDJSON source ends inside a value.
    case unfinishedLine
    /// What other notations write, in the place of a value or key.
    case foreign(ForeignToken)
    /// The element of an array of scalars is an object or array.
    case notScalar
    /// The document is empty or holds white space only.
    case empty
    /// Nothing, or no array, lies where the pointer leads; `found` lists the arrays that are there.
    case noArray(PointerEnd, found: [FoundArray])
    /// The pointer leads to two places, because a key is repeated.
    case ambiguous
  }

  public init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }
}

/// An array met while looking for another one.
public struct FoundArray: Hashable, Sendable {
  /// JSON Pointer
  public var path: String
  public var elements: Int
  public var bytes: Int64

  public init(path: String, elements: Int, bytes: Int64) {
    self.path = path
    self.elements = elements
    self.bytes = bytes
  }
}

extension JSONFault.Kind {
  /// - Parameter isFirst: the object may end instead.
  static func expectedKey(isFirst: Bool) -> Self { .expected(isFirst ? "a key or \"}\"" : "a key") }

  static var expectedColon: Self { .expected("\":\"") }

  static func expectedSeparator(inObject isObject: Bool) -> Self {
    .expected(isObject ? "\",\" or \"}\"" : "\",\" or \"]\"")
  }
}

extension JSONFault.Kind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .expected(let what): "expected \(what)"
    case .truncated(let inside): "the text ends inside \(inside)"
    case .controlCharacter: "a control character inside a string; it has to be escaped"
    case .invalidUTF8: "not valid UTF-8"
    case .invalidNumber: "not a number as JSON writes it"
    case .invalidLiteral: "neither a string, number, object, array, true, false nor null"
    case .invalidEscape: "not an escape that JSON knows"
    case .tooDeep(let limit): "nested deeper than the limit of \(limit)"
    case .trailing: "something follows after the end of the document"
    case .sameLine: "two records on one line"
    case .unfinishedLine: "the line ends inside a value; in NDJSON each line is one record"
    case .foreign(let token): "here is \(token.description)"
    case .notScalar: "an object or array in an array of scalars"
    case .empty: "there is nothing but white space"
    case .noArray(let end, let found):
      found.isEmpty
        ? end.description
        : end.description + "; arrays found: "
          + found.map {
            "\($0.path.isEmpty ? "the document" : $0.path) (\($0.elements == 1 ? "1 element" : "\($0.elements) elements"), \($0.bytes) bytes)"
          }
          .joined(separator: ", ")
    case .ambiguous: "the pointer leads to two places, because a key is repeated"
    }
  }
}

extension JSONFault.Kind {
  /// What to do about it, where that is known; FILE stands for the source.
  public var remedy: String? {
    switch self {
    case .foreign(let token): token.remedy
    case .sameLine: "write a record a line: jq -c . FILE > good.ndjson"
    case .trailing: "join several documents: jq -c '.[]' FILE > good.ndjson (arrays), or jq -c . (others)"
    case .unfinishedLine: "write a record a line: jq -c . FILE > good.ndjson; or leave `format: ndjson` out"
    case .tooDeep: "--max-depth allows more, up to 8192"
    default: nil
    }
  }
}
