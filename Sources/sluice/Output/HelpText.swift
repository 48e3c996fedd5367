import ArgumentParser

/// The help of a command: usage and options first, then what there is to know and examples, exit statuses last.
enum HelpText {
  private static let width = 80

  static func of(_ command: any ParsableCommand.Type) -> OutputText {
    let text = Sluice.helpMessage(for: command)
    // What stands between them is the discussion, without its lines.
    let overview = text.prefix(upTo: text.firstRange(of: "\n\n")?.lowerBound ?? text.endIndex)
    let usage = text.firstRange(of: "USAGE: ").map { text[$0.lowerBound...] } ?? ""
    let parts = [
      String(overview), options(usage), discussion(command.configuration.discussion), ExitText.all, codes,
    ]
    return OutputText(ours: parts.filter { !$0.isEmpty }.joined(separator: "\n\n"))
  }

  private static let codes = Prose.filled(
    "An error line ends with its code, in brackets: `sluice explain CODE` says what it means and what to do.", width
  ).joined(separator: "\n")

  /// The parser breaks no line of usage.
  private static func options(_ usage: Substring) -> String {
    let paragraphs = usage.withoutEnd.split(separator: "\n\n", maxSplits: 1)
    let first = paragraphs.first.map { Prose.filled($0, width - 2).joined(separator: "\n  ") }
    return ([first].compactMap(\.self) + paragraphs.dropFirst().map(String.init)).joined(separator: "\n\n")
  }

  /// Paragraphs are filled; examples, which are indented, stay as they are, so that they can be pasted.
  private static func discussion(_ text: String) -> String {
    text.split(separator: "\n\n").map { paragraph in
      let lines = paragraph.split(separator: "\n")
      if lines.contains(where: { $0.hasPrefix("  ") }) { return String(paragraph) }
      return Prose.filled(paragraph, width).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}

extension Substring {
  /// Without white space at its end.
  fileprivate var withoutEnd: String {
    String(self[..<(lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? startIndex)])
  }
}
