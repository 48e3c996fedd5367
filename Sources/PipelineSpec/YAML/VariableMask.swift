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
    var stops = Stops(text: text)
    var rest = text[...]
    while let byte = rest.first {
      if byte == prefix[0], isPrivate(rest) { return nil }
      let reference = byte == UInt8(ascii: "$") ? reference(rest, &stops) : rest.prefix(0)
      for byte in reference { append(byte, to: &result) }
      rest = rest[reference.endIndex...]
      guard reference.isEmpty else { continue }
      // `$$` is a dollar sign, and what follows it begins no reference.
      let step = byte == UInt8(ascii: "$") && rest.dropFirst().first == byte ? 2 : 1
      result += rest.prefix(step)
      rest = rest.dropFirst(step)
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

  /// The reference that `text` begins with; empty where there is none.
  private static func reference(_ text: ArraySlice<UInt8>, _ stops: inout Stops) -> ArraySlice<UInt8> {
    let nothing = text.prefix(0)
    guard text.starts(with: "${".utf8) else { return nothing }
    let name = text.dropFirst(2).prefix { Unicode.Scalar($0).isVariableNamePart }
    let after = text[name.endIndex...]
    guard !name.isEmpty, let next = after.first else { return nothing }
    if next == UInt8(ascii: "}") { return text[...name.endIndex] }
    guard after.starts(with: ":-".utf8) else { return nothing }
    let stop = stops.first(from: after.startIndex)
    return stop < text.endIndex && text[stop] == UInt8(ascii: "}") ? text[...stop] : nothing
  }

  /// Where the search for the end of a reference ends. Quotes and backslashes end it too: inside a quoted value they are
  /// YAML's. The last answer is kept, so that a text full of beginnings is still searched once only.
  private struct Stops {
    let text: [UInt8]
    private var found = -1

    init(text: [UInt8]) { self.text = text }

    mutating func first(from start: Int) -> Int {
      if found < start { found = text[start...].firstIndex(where: Self.isStop) ?? text.endIndex }
      return found
    }

    private static func isStop(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), 0x0A, 0x0D: true
      default: false
      }
    }
  }
}
