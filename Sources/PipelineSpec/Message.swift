internal import Records

/// How text of the user is put into a message: nothing in it can steer a terminal or flood a screen, and no password of
/// a connection string stands there.
enum Message {
  /// `text` between backticks, at most 60 characters of it.
  static func quoted(_ text: String) -> String {
    let text = withoutSecrets(text)
    let limit = 60
    let head = text.unicodeScalars.prefix(limit + 1)
    let short = head.count > limit ? String(String.UnicodeScalarView(head.prefix(limit))).visible + "…" : text.visible
    return "`\(short)`"
  }

  /// Names with backticks, separated by commas.
  static func list(_ names: some Sequence<String>) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }

  /// A path at the beginning of a line. A URL that stands in its place is cut where a password may begin.
  static func fileName(_ path: String) -> String { upTo("://", in: path).visible }

  /// A connection string may stand where another value belongs: it is cut where a password may begin.
  private static func withoutSecrets(_ text: String) -> String { upTo("=", in: upTo("://", in: text)) }

  private static func upTo(_ mark: String, in text: String) -> String {
    guard let found = text.unicodeScalars.firstRange(of: mark.unicodeScalars) else { return text }
    return String(text.unicodeScalars[..<found.upperBound]) + "…"
  }
}
