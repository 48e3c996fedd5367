import Archive
import Explanations
import Records

/// Explanations as a person reads them.
enum ExplanationText {
  private static let width = 100
  private static let margin = "  "

  static func of(_ explanation: Explanation) -> OutputText {
    var lines = ["\(explanation.code): \(explanation.summary)"]
    switch explanation.topic {
    case .status: break
    case .error(let status): lines.append("ends a command with status \(status.rawValue): \(status.meaning)")
    case .rejection: lines.append("stands under `rule` in \(RunLayout.rejects(of: "<dataset>"))")
    }
    lines += ["", "Causes"] + Prose.filled(explanation.causes, width, margin: margin)
    lines += ["", "What to do"] + Prose.filled(explanation.remedy, width, margin: margin) + [""]
    lines += explanation.example.split(separator: "\n").map { margin + margin + $0 }
    return OutputText(ours: lines.joined(separator: "\n"))
  }

  /// A line a code.
  static var list: OutputText {
    let sections = [
      ("EXIT STATUSES", Catalogue.statuses), ("ERRORS", Catalogue.errors), ("REJECTED RECORDS", Catalogue.rejections),
    ]
    let column = (Catalogue.all.map(\.code.count).max() ?? 0) + 2
    let texts = sections.map { title, entries in
      ([title]
        + entries.map { entry in
          margin + entry.code + String(repeating: " ", count: column - entry.code.count) + entry.summary
        })
        .joined(separator: "\n")
    }
    return OutputText(ours: texts.joined(separator: "\n\n"))
  }
}

/// An explanation as `explain --json` shows it.
struct ExplainedCode: Encodable {
  var code: String
  var topic: String
  /// The status that it ends a command with, or is; nil for a record that was set aside.
  var exit: Int32?
  var summary: String
  var causes: String
  var remedy: String
  var example: String

  init(_ explanation: Explanation) {
    code = explanation.code
    switch explanation.topic {
    case .status:
      topic = "status"
      exit = Int32(explanation.code)
    case .error(let status):
      topic = "error"
      exit = status.rawValue
    case .rejection: topic = "rejection"
    }
    summary = explanation.summary
    causes = explanation.causes
    remedy = explanation.remedy
    example = explanation.example
  }
}
