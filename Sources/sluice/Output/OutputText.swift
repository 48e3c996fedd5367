import Records

/// Text for a person: its literals are ours and lay out the lines; what is put into them came from outside, and is shown
/// on one line with nothing in it that a terminal would obey.
///
/// There is no way from a `String` to this but through one of the two: `"\(name)"`, or `ours:`.
struct OutputText: ExpressibleByStringInterpolation {
  private(set) var text: String

  init(stringLiteral text: String) { self.text = text }

  init(stringInterpolation parts: StringInterpolation) { text = parts.text }

  /// Prose and layout of our own, of which no part came from outside.
  init(ours text: String) { self.text = text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) { text += literal }

    mutating func appendInterpolation(_ value: some CustomStringConvertible) { text += value.description.visible }

    mutating func appendInterpolation(_ part: OutputText) { text += part.text }
  }

  static func + (left: OutputText, right: OutputText) -> OutputText { OutputText(ours: left.text + right.text) }

  static func += (left: inout OutputText, right: OutputText) { left.text += right.text }
}

extension Sequence<OutputText> {
  func joined(separator: String) -> OutputText { OutputText(ours: map(\.text).joined(separator: separator)) }
}
