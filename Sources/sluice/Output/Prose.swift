/// Prose in lines of a width.
enum Prose {
  static func filled(_ prose: some StringProtocol, _ width: Int, margin: String = "") -> [String] {
    var lines: [String] = []
    var line = ""
    for word in prose.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty, margin.count + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += line.isEmpty ? "\(word)" : " \(word)"
    }
    return lines + [margin + line]
  }
}
