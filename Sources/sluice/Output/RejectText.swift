import Records
import Reports

/// Records that were set aside, as a person reads them.
enum RejectText {
  /// So many characters of a record are shown.
  private static let mostShown = 4000

  /// `things: 5 set aside, 2 resolved`, and a line for each rule.
  static func of(_ summary: RejectSummary) -> OutputText {
    let meaning: OutputText =
      summary.isCut ? "refused, of what was read before the run ended; behind that nothing was looked at" : "set aside"
    var lines: [OutputText] = [
      "\(summary.dataset): \(Figures.grouped(summary.count)) \(meaning)\(resolved(summary.resolved))"
    ]
    lines += self.lines(summary.groups).map { "  \($0)" }
    if summary.isUnfinished { lines.append("  \(unfinished)") }
    return lines.joined(separator: "\n")
  }

  /// `transform  type.int4  5`
  static func lines(_ groups: [RejectSummary.Group]) -> [OutputText] {
    let width = groups.map(\.rule.visible.count).max() ?? 0
    return groups.map { group in
      let rule = group.rule.visible + String(repeating: " ", count: width - group.rule.visible.count)
      let stage = group.stage.rawValue + String(repeating: " ", count: 9 - group.stage.rawValue.count)
      return "\(stage)  \(rule)  \(Figures.grouped(group.count))\(resolved(group.resolved))"
    }
  }

  private static func resolved(_ count: Int) -> String { count == 0 ? "" : ", \(Figures.grouped(count)) resolved" }

  private static let unfinished = "the run is unfinished: more may be set aside"

  static func unfinished(_ dataset: String) -> String { "\(dataset): \(unfinished)" }

  static func cut(_ dataset: String) -> String {
    "\(dataset): the run ended before it had read the whole source: behind that nothing was looked at"
  }

  /// Of a dry run: how many by rule, and the first of them.
  static func lines(_ report: RejectReport) -> [OutputText] {
    let count = report.groups.reduce(0) { $0 + $1.count }
    let records: OutputText = count > report.records.count ? "the first \(report.records.count) records:" : "records:"
    return lines(report.groups) + [records] + report.records.map { "  \(line($0))" }
  }

  /// `$ordinal 3, line 4, byte 70: transform, /n: … [type.int4]`
  static func line(_ reject: Reject) -> OutputText {
    var text: OutputText = "$ordinal \(reject.ordinal)"
    if let line = reject.line { text += ", line \(line)" }
    text += ", byte \(reject.offset): \(reject.stage.rawValue)"
    if !reject.pointer.isEmpty { text += ", \(reject.pointer)" }
    return text + ": \(reject.reason) [\(reject.rule)]"
  }

  /// Where it lies and why it was set aside; then its text, a line each, indented.
  static func of(_ reject: Reject, resolvedBy run: String?, dataset: String) -> OutputText {
    var text: OutputText = "\(dataset): \(line(reject))"
    if let run { text += "\n  resolved by run \(run)" }
    guard let record = reject.record else { return text + "\n  (its text was not kept)" }
    let raw = String(decoding: record, as: UTF8.self)
    let shown = raw.unicodeScalars.prefix(mostShown)
    for line in shown.split(separator: "\n", omittingEmptySubsequences: false) {
      text += "\n  \(Substring(line))"
    }
    if shown.endIndex < raw.unicodeScalars.endIndex { text += " … (\(Figures.grouped(record.count)) bytes; --raw)" }
    return text
  }
}

/// A line of `rejects list --json`.
struct ListedRejects: Encodable {
  var dataset: String
  var stage: String
  var rule: String
  var count: Int
  var resolved: Int
  var unfinished: Bool
  /// The run ended before it had read the whole source.
  var cut: Bool

  init(_ summary: RejectSummary, _ group: RejectSummary.Group) {
    dataset = summary.dataset
    stage = group.stage.rawValue
    rule = group.rule
    count = group.count
    resolved = group.resolved
    unfinished = summary.isUnfinished
    cut = summary.isCut
  }
}

/// A line of `rejects show --json`: the reject file's own, with the dataset and the run that loaded the record later.
struct ShownReject: Encodable {
  private enum Key: CodingKey { case dataset, resolved }

  let reject: Reject
  let run: String?
  let dataset: String

  init(_ reject: Reject, resolvedBy run: String?, dataset: String) {
    self.reject = reject
    self.run = run
    self.dataset = dataset
  }

  func encode(to encoder: any Encoder) throws {
    try reject.encode(to: encoder)
    var more = encoder.container(keyedBy: Key.self)
    try more.encode(dataset, forKey: .dataset)
    try more.encodeIfPresent(run, forKey: .resolved)
  }
}
