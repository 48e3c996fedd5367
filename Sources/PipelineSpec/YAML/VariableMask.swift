/// Hides `${NAME:-default}` from the YAML parser, to which its braces, colons and commas mean something:
/// `{ directory: ${DATA:-./data} }` is meant as one key. Each ASCII character of such a reference is swapped for a
/// private one, so that no column moves, and swapped back in the values read.
enum VariableMask {
  /// Of a plane that is for private use.
  private static let range: ClosedRange<Unicode.Scalar> = "\u{10FF00}"..."\u{10FF7F}"
  /// What these characters begin with in UTF-8: U+10FF00 is F4 8F BC 80, U+10FF40 is F4 8F BD 80.
  private static let prefix: [UInt8] = [0xF4, 0x8F]

  /// - Parameter text: valid UTF-8.
  /// - Returns: nil when the text itself has one of the private characters.
  static func masked(_ text: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var rest = text[...]
    while let byte = rest.first {
      if byte == prefix[0], isPrivate(rest) { return nil }
      let length = byte == UInt8(ascii: "$") ? referenceLength(rest) : 0
      if length > 0 {
        for byte in rest.prefix(length) { append(byte, to: &result) }
        rest = rest.dropFirst(length)
      } else {
        // `$$` is a dollar sign, and what follows it begins no reference.
        let step = byte == UInt8(ascii: "$") && rest.dropFirst().first == byte ? 2 : 1
        result += rest.prefix(step)
        rest = rest.dropFirst(step)
      }
    }
    return result
  }

  static func unmasked(_ text: String) -> String {
    guard text.utf8.contains(prefix[0]) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let hidden = UInt8(truncatingIfNeeded: scalar.value)
      result.append(range ~= scalar ? Unicode.Scalar(hidden) : scalar)
    }
    return String(result)
  }

  private static func isPrivate(_ text: ArraySlice<UInt8>) -> Bool {
    text.starts(with: prefix) && text.dropFirst(2).first.map { $0 == 0xBC || $0 == 0xBD } ?? false
  }

  private static func append(_ byte: UInt8, to result: inout [UInt8]) {
    guard byte < 0x80 else { return result.append(byte) }
    result += prefix
    result.append(0xBC + byte / 64)
    result.append(0x80 + byte % 64)
  }

  /// How long the reference is that `text` begins with; 0 where there is none. Quotes and backslashes end the search:
  /// inside a quoted value they are YAML's.
  private static func referenceLength(_ text: ArraySlice<UInt8>) -> Int {
    guard text.starts(with: "${".utf8) else { return 0 }
    let name = text.dropFirst(2).prefix { Unicode.Scalar($0).isVariableNamePart }
    let after = text[name.endIndex...]
    guard !name.isEmpty, let next = after.first else { return 0 }
    if next == UInt8(ascii: "}") { return name.count + 3 }
    guard after.starts(with: ":-".utf8) else { return 0 }
    guard let stop = after.firstIndex(where: { "}\"'\\\n\r".utf8.contains($0) }) else { return 0 }
    return after[stop] == UInt8(ascii: "}") ? stop - text.startIndex + 1 : 0
  }
}
