/// How text of the user is put into a message: nothing in it can steer a terminal or flood a screen.
enum Message {
  /// `text` between backticks, at most 60 characters of it.
  static func quoted(_ text: String) -> String {
    let limit = 60
    let head = text.unicodeScalars.prefix(limit + 1)
    let short = head.count > limit ? visible(String(String.UnicodeScalarView(head.prefix(limit)))) + "…" : visible(text)
    return "`\(short)`"
  }

  /// Names with backticks, separated by commas.
  static func list(_ names: some Sequence<String>) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }

  /// Control and formatting characters as escapes.
  static func visible(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default:
        result.append(scalar)
      }
    }
    return String(result)
  }
}
