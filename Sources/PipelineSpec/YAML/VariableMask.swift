/// Hides `${NAME:-default}` from the YAML parser, to which its braces, colons and commas mean something:
/// `{ directory: ${DATA:-./data} }` is meant as one key. Each ASCII character of such a reference is swapped for a
/// private one, so that no column moves, and swapped back in the values read.
enum VariableMask {
  /// U+10FF00 … U+10FF7F, of a plane that is for private use.
  private static let range: ClosedRange<Unicode.Scalar> = "\u{10FF00}"..."\u{10FF7F}"

  /// nil when the text itself has one of the private characters.
  static func masked(_ text: String) -> String? {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.first {
      if range ~= scalar { return nil }
      let reference = scalar == "$" ? reference(at: rest) : rest.prefix(0)
      if reference.isEmpty {
        let step = rest.starts(with: "$$".unicodeScalars) ? 2 : 1
        result.append(contentsOf: rest.prefix(step))
        rest = rest.dropFirst(step)
      } else {
        for scalar in reference { result.append(hidden(scalar)) }
        rest = rest[reference.endIndex...]
      }
    }
    return String(result)
  }

  static func unmasked(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { range ~= $0 }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      result.append(
        range ~= scalar ? Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value - range.lowerBound.value)) : scalar)
    }
    return String(result)
  }

  private static func hidden(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard scalar.isASCII else { return scalar }
    return Unicode.Scalar(range.lowerBound.value + scalar.value) ?? scalar
  }

  /// The reference that `text` begins with; empty where there is none. Quotes and backslashes end the search: inside a
  /// quoted value they are YAML's.
  private static func reference(at text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
    let nothing = text.prefix(0)
    guard text.starts(with: "${".unicodeScalars) else { return nothing }
    let name = text.dropFirst(2).prefix { $0.isVariableNamePart }
    let after = text[name.endIndex...]
    guard !name.isEmpty else { return nothing }
    if after.first == "}" { return text[..<after.index(after: after.startIndex)] }
    guard after.starts(with: ":-".unicodeScalars) else { return nothing }
    let stop = after.firstIndex { "}\"'\\\n\r".unicodeScalars.contains($0) }
    guard let stop, after[stop] == "}" else { return nothing }
    return text[...stop]
  }
}
