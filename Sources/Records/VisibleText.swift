/// How text is shown that came from outside: data, a server, a file, the command line. No character of it can steer a
/// terminal, turn the direction of a line, begin a line of its own or hide.
extension StringProtocol {
  /// On one line, with what would not be seen as escapes: `\n`, `\u{1b}`, `\u{202e}`.
  public var visible: String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      case _ where scalar.isUnseen:
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// A JSON document with the same values, in which what would not be seen is written `\u009b`. Its own line feeds stay.
  public var visibleJSON: String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      guard scalar.isUnseen, scalar != "\n" else {
        result.append(scalar)
        continue
      }
      for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
        let digits = String(unit, radix: 16)
        result.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
      }
    }
    return String(result)
  }
}

extension String {
  /// A name that need not be UTF-8: what is not stands there as `\xff`.
  public init(visible bytes: some Sequence<UInt8>) {
    var result = ""
    var wellFormed: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.first {
      let length = (1...4).first { String(validating: rest.prefix($0), as: UTF8.self) != nil }
      guard let length, length <= rest.count else {
        result += String(decoding: wellFormed, as: UTF8.self).visible + "\\x" + String(byte, radix: 16)
        wellFormed = []
        rest = rest.dropFirst()
        continue
      }
      wellFormed += rest.prefix(length)
      rest = rest.dropFirst(length)
    }
    self = result + String(decoding: wellFormed, as: UTF8.self).visible
  }
}

extension Unicode.Scalar {
  /// A terminal obeys it, or shows nothing or a box in its place.
  fileprivate var isUnseen: Bool {
    // Most text is of these.
    if (0x20..<0x7F).contains(value) { return false }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
  }
}
