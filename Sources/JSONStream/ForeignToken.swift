/// What other notations write and JSON has no place for, told by its first bytes.
public enum ForeignToken: Hashable, Sendable {
  case nan, infinity
  /// `None`
  case pythonNull
  /// `True`, `False`
  case pythonBoolean
  case undefined
  /// `var data = [` and its like
  case script
  case singleQuote
  case markup
  case lineComment, blockComment, hashComment
  /// `)]}'`, which keeps a browser from running an answer as a script.
  case antiScriptPrefix
  case byteOrderMark
  /// Begins each text of a JSON text sequence (RFC 7464).
  case recordSeparator
  case nulByte
  /// A key without quotes.
  case bareKey
  /// Before a closing bracket, or behind another comma.
  case extraComma
  /// Between records that stand alone.
  case commaBetweenRecords

  /// - Parameters:
  ///   - kind: what was found to be wrong.
  ///   - place: where in `bytes`.
  init?(_ kind: JSONFault.Kind, in bytes: UnsafeRawBufferPointer, at place: Int) {
    guard bytes.indices.contains(place) else { return nil }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
    switch kind {
    case .sameLine where rest[0] == UInt8(ascii: ","): self = .commaBetweenRecords
    case .invalidLiteral, .invalidNumber, .sameLine, .trailing, .expected:
      if let token = Self.words(rest) ?? Self.marks(rest) {
        self = token
      } else if case .expected(let what) = kind, let token = Self.misplaced(what, rest, behind: bytes[..<place]) {
        self = token
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static func words(_ bytes: UnsafeRawBufferPointer) -> ForeignToken? {
    let words: [(String, ForeignToken)] = [
      ("NaN", .nan), ("nan", .nan), ("Infinity", .infinity), ("-Infinity", .infinity), ("-NaN", .nan),
      ("None", .pythonNull), ("True", .pythonBoolean), ("False", .pythonBoolean), ("undefined", .undefined),
      ("inf", .infinity), ("-inf", .infinity), ("var", .script), ("let", .script), ("const", .script),
      ("export", .script),
    ]
    return words.first { word, _ in
      let count = word.utf8.count
      return bytes.starts(with: word.utf8) && (bytes.count == count || ScalarGrammar.endsScalar(bytes[count]))
    }?.1
  }

  private static func marks(_ bytes: UnsafeRawBufferPointer) -> ForeignToken? {
    let marks: [([UInt8], ForeignToken)] = [
      (Array(")]}".utf8), .antiScriptPrefix), (Array("//".utf8), .lineComment), (Array("/*".utf8), .blockComment),
      ([UInt8(ascii: "#")], .hashComment), ([UInt8(ascii: "'")], .singleQuote), ([UInt8(ascii: "<")], .markup),
      ([0xEF, 0xBB, 0xBF], .byteOrderMark), ([0x1E], .recordSeparator), ([0], .nulByte),
    ]
    return marks.first { bytes.starts(with: $0.0) }?.1
  }

  /// What is no foreign notation by itself, but where it stands.
  private static func misplaced(
    _ expected: String, _ bytes: UnsafeRawBufferPointer, behind before: Slice<UnsafeRawBufferPointer>
  ) -> ForeignToken? {
    switch bytes[0] {
    case UInt8(ascii: ","): return expected == "a value" ? .extraComma : nil
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      let last = before.last { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
      return last == UInt8(ascii: ",") ? .extraComma : nil
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "$"):
      return expected.hasPrefix("a key") ? .bareKey : nil
    default: return nil
    }
  }

  /// What stands there.
  var description: String {
    switch self {
    case .nan: "NaN, which JSON does not have"
    case .infinity: "Infinity, which JSON does not have"
    case .pythonNull: "None, as Python writes null"
    case .pythonBoolean: "True or False, as Python writes true and false"
    case .undefined: "undefined, which JSON does not have"
    case .script: "JavaScript, as where the data are assigned to a variable"
    case .singleQuote: "a single quote; JSON writes strings in double quotes"
    case .markup: "\"<\", as HTML or XML begins"
    case .lineComment: "a comment (//), which JSON does not have"
    case .blockComment: "a comment (/*), which JSON does not have"
    case .hashComment: "a comment (#), which JSON does not have"
    case .antiScriptPrefix: "the prefix )]}' that keeps browsers from running an answer as a script"
    case .byteOrderMark: "a byte order mark that is not at the start of the file"
    case .recordSeparator: "a record separator (0x1E), as a JSON text sequence has before each record"
    case .nulByte: "a NUL byte"
    case .bareKey: "a key without quotes"
    case .extraComma: "a comma too many"
    case .commaBetweenRecords: "a comma between records, as in a piece of an array"
    }
  }

  /// What makes JSON of it; FILE stands for the source.
  var remedy: String {
    switch self {
    case .nan, .infinity: "write null, or the word in double quotes, which float columns take"
    case .pythonNull, .pythonBoolean, .singleQuote: "write the source with json.dumps, not with print or str"
    case .undefined: "write null, or leave the key out"
    case .script: "keep what stands from the first bracket to its closing one"
    case .markup: "look at the source: a server may have sent a page instead of the data"
    case .lineComment, .blockComment: "take the comments out before the source is read"
    case .hashComment: "take the comments out: sed '/^ *#/d' FILE > good.json"
    case .antiScriptPrefix: "take the prefix off: sed \"1s/^)]}',\\{0,1\\}//\" FILE > good.json"
    case .byteOrderMark: "take it out: sed 's/\\xEF\\xBB\\xBF//g' FILE > good.json"
    case .recordSeparator: "take the separators out: tr -d '\\036' < FILE > good.json"
    case .nulByte: "look at the source: it is no text here, as after a crash while it was written"
    case .bareKey: "write keys in double quotes"
    case .extraComma: "take the comma out"
    case .commaBetweenRecords: "take the commas out: sed 's/,[[:space:]]*$//' FILE > good.json"
    }
  }
}

extension JSONFault {
  /// The same fault, with what stands there by name where it is known.
  func named(in bytes: UnsafeRawBufferPointer) -> JSONFault {
    ForeignToken(kind, in: bytes, at: offset).map { JSONFault(.foreign($0), at: offset) } ?? self
  }
}
