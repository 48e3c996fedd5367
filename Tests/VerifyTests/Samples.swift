import Records
import Testing
import Verify

/// A row of JSON values as the tokenizer hands it over: one text, and a token per value.
struct SourceRow {
  private(set) var text: [UInt8] = []
  private(set) var tokens: [Token] = []
  var ordinal: Int64 = 0

  init(_ values: [String?]) {
    for value in values {
      guard let value else {
        tokens.append(.missing)
        continue
      }
      let start = UInt32(text.count + 1)
      text += Array(" \(value) ".utf8)
      let end = UInt32(text.count - 1)
      tokens.append(Self.token(value, start, end))
    }
  }

  private static func token(_ value: String, _ start: UInt32, _ end: UInt32) -> Token {
    switch value.utf8.first {
    case UInt8(ascii: "\""):
      Token(kind: .string, start: start + 1, end: end - 1, isEscaped: value.contains("\\"))
    case UInt8(ascii: "{"): Token(kind: .object, start: start, end: end)
    case UInt8(ascii: "["): Token(kind: .array, start: start, end: end)
    case UInt8(ascii: "t"): Token(kind: .true, start: start, end: end)
    case UInt8(ascii: "f"): Token(kind: .false, start: start, end: end)
    case UInt8(ascii: "n"): Token(kind: .null, start: start, end: end)
    case UInt8(ascii: "$"): Token(kind: .ordinal)
    default: Token(kind: .number, start: start, end: end)
    }
  }

  /// Calls `body` with the tokens and texts that end 16 readable bytes before an inaccessible page.
  func with<R>(_ body: (UnsafeBufferPointer<Token>, FieldTexts) throws -> R) rethrows -> R {
    try GuardedBytes(text, padding: 16).with { bytes in
      let chunk = UnsafeRawBufferPointer(rebasing: bytes[..<text.count])
      let none = UnsafeRawBufferPointer(start: nil, count: 0)
      return try tokens.withUnsafeBufferPointer {
        try body($0, FieldTexts(chunk: chunk, constants: none, rewritten: none))
      }
    }
  }
}

extension ExpectedDigest {
  func digest(_ row: SourceRow) -> RowDigest {
    row.with { digest($0, ordinal: row.ordinal, texts: $1) }
  }

  func columns(_ row: SourceRow) -> [ColumnProof] {
    row.with { columns($0, ordinal: row.ordinal, texts: $1) }
  }
}

extension ActualDigest {
  func digest(_ line: String) throws -> RowDigest {
    try GuardedBytes(Array((line + "\n").utf8)).with { try digest($0) }
  }

  func columns(_ line: String) throws -> [ColumnProof] {
    try GuardedBytes(Array((line + "\n").utf8)).with { try columns($0) }
  }
}

extension TableLayout {
  init(_ columns: [ColumnLayout], key: [Int] = []) {
    self.init(schema: "public", table: "things", columns: columns, key: key)
  }
}

extension ColumnLayout {
  /// `int4`, `text[]`, and so on, called `c`; `bytea base64` has an encoding.
  init(_ text: String, limit: Limit = .none, isLenient: Bool = false, isTrimmed: Bool = false, zone: Int? = nil) throws
  {
    let words = text.split(separator: " ").map(String.init)
    let type = words[0]
    let isArray = type.hasSuffix("[]")
    let scalar = try #require(ScalarType(rawValue: isArray ? String(type.dropLast(2)) : type))
    let encoding = try words.dropFirst().first.map { try #require(BinaryEncoding(rawValue: $0)) }
    self.init(
      name: "c", scalar: scalar, isArray: isArray, limit: limit, typeName: type, isLenient: isLenient,
      isTrimmed: isTrimmed, zone: zone, encoding: encoding)
  }
}

/// The digest of one value in a column, from the source.
func expected(_ json: String?, _ column: ColumnLayout) -> RowDigest {
  ExpectedDigest(layout: TableLayout([column])).columns(SourceRow([json]))[0].digest
}

/// The digest of one value in a column, from the table.
func actual(_ printed: String, _ column: ColumnLayout) throws -> RowDigest {
  try ActualDigest(layout: TableLayout([column])).columns(printed)[0].digest
}
