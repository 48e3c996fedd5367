import Records
import Reports

/// What a person reads when a run is over.
struct Summary {
  /// What the records that got through have come to.
  enum Counted: String {
    case loaded
    case wouldLoad = "would load"
    case staged = "in the stage file"
    case compared
  }

  private let report: Report
  private let counted: Counted

  init(_ report: Report, counting counted: Counted) {
    self.report = report
    self.counted = counted
  }

  /// What came of it; nil where nothing was begun, and the error says all.
  var outcome: OutputText? {
    if report.error != nil, report.folder == nil, report.replays == nil, report.datasets.isEmpty { return nil }
    var lines: [OutputText] = [
      "\(report.outcome.rawValue): " + (report.pipeline.isEmpty ? "" : "\(report.pipeline), ")
        + "\(name)\(Figures.oneDigit(report.seconds)) s"
    ]
    for dataset in report.datasets { lines += self.lines(dataset) }
    for note in report.notes { lines.append("note: \(note)") }
    return lines.joined(separator: "\n")
  }

  /// Where it lies and what can be done next; nil for nothing.
  var after: OutputText? {
    var lines: [OutputText] = []
    if let unchanged { lines.append(unchanged) }
    if let target = report.target { lines.append("target: \(target)") }
    if let folder = report.folder {
      let files = report.writtenFiles.joined(separator: ", ")
      lines.append("files:  \(folder)/" + (files.isEmpty ? "" : " (\(files))"))
    }
    if let resume = report.resume { lines.append("resume: \(resume)") }
    lines += report.next.map { "look:   \($0)" }
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }

  /// Which tables a run that was not begun left alone.
  private var unchanged: OutputText? {
    guard let tables = report.unchanged, let last = tables.last else { return nil }
    let others = tables.dropLast()
    return others.isEmpty ? "\(last) is unchanged" : "\(others.joined(separator: ", ")) and \(last) are unchanged"
  }

  /// What is left behind under its id is named by it.
  private var name: OutputText {
    if let original = report.replays { return "run \(report.run) (rejects of run \(original)), " }
    return report.folder == nil ? "" : "run \(report.run), "
  }

  private func lines(_ dataset: DatasetReport) -> [OutputText] {
    var first: OutputText = counted == .staged ? "  \(dataset.dataset)" : "  \(dataset.dataset) → \(dataset.table)"
    first += ": read \(Figures.grouped(dataset.read)), \(counted.rawValue) \(Figures.grouped(dataset.loaded))"
    if dataset.rejected > 0 { first += ", rejected \(Figures.grouped(dataset.rejected))" }
    if dataset.filtered > 0 { first += ", filtered \(Figures.grouped(dataset.filtered))" }
    if dataset.warnings > 0 { first += ", warnings \(Figures.grouped(dataset.warnings))" }
    if dataset.changed > 0 { first += ", changed values \(Figures.grouped(dataset.changed))" }
    first += "; \(Figures.bytes(dataset.bytes))" + (isPart ? " committed" : "")
    first += " in \(Figures.oneDigit(dataset.seconds)) s"
    var lines = [first]
    if isPart, dataset.emptied == true {
      lines.append("    \(dataset.table) was emptied and has \(Figures.grouped(dataset.loaded)) rows of this run")
    }
    if dataset.published == false {
      lines.append("    not published: the rows are in a staging table, and \(dataset.table) is unchanged")
    }
    if let line = published(dataset) { lines.append("    \(line)") }
    if let restore = dataset.restore { lines.append("    deleted rows come back by: \(restore)") }
    if let line = upkeep(dataset) { lines.append("    \(line)") }
    for note in dataset.notes { lines.append("    note: \(note)") }
    lines += SourceWarnings(dataset).lines
    if let parity = dataset.parity { lines.append("    \(line(parity))") }
    if dataset.parity?.actual != nil, !dataset.uncompared.isEmpty {
      lines.append("    not compared: \(dataset.uncompared.joined(separator: ", "))")
    }
    for difference in dataset.parity?.differences.prefix(10) ?? [] { lines.append("    \(line(difference))") }
    for warning in dataset.warningExamples.prefix(3) {
      lines.append("    warning: $ordinal \(warning.record), \(warning.pointer): \(warning.reason) [\(warning.rule)]")
    }
    if let rejects = dataset.rejects { lines += RejectText.lines(rejects).map { "    \($0)" } }
    return lines
  }

  /// Whether the run ended before all of it was loaded.
  private var isPart: Bool { counted == .loaded && (report.outcome == .failed || report.outcome == .interrupted) }

  /// What became of the table's rows, where the dataset was staged.
  private func published(_ dataset: DatasetReport) -> String? {
    let counts = [
      ("inserted", dataset.inserted), ("updated", dataset.updated), ("unchanged", dataset.unchanged),
      ("deleted", dataset.deleted), ("repeated keys skipped", dataset.repeated),
    ].compactMap { name, count in count.map { "\(name) \(Figures.grouped($0))" } }
    return counts.isEmpty ? nil : counts.joined(separator: ", ")
  }

  /// What was done after the load.
  private func upkeep(_ dataset: DatasetReport) -> String? {
    var parts = dataset.analyzed == true ? ["analyzed"] : []
    parts += (dataset.sequences ?? []).map { "sequence \($0.sequence) moved to \($0.next)" }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func line(_ parity: Parity) -> String {
    guard let actual = parity.actual else {
      return "unverified: \(parity.reason ?? "the table was not compared with the source")"
    }
    if let counts = parity.counts {
      return "DIFFERENT: \(Figures.grouped(counts.missing)) missing, \(Figures.grouped(counts.extra)) extra, "
        + "\(Figures.grouped(counts.changed)) changed"
    }
    if !parity.isProved { return "DIFFERENT: which rows, is not known" }
    if actual.rows == 0 { return "verified: 0 rows on both sides" }
    return "verified: \(Figures.grouped(actual.rows)) rows equal, digest \(actual.digest)"
  }

  private func line(_ difference: Difference) -> String {
    let key = difference.key.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ?? "null")" }
      .joined(separator: ", ")
    let columns = difference.columns.map { "\($0.column): \($0.expected ?? "null") → \($0.actual ?? "null")" }
    return "\(difference.kind.rawValue) \(key)" + (columns.isEmpty ? "" : ": " + columns.joined(separator: "; "))
  }
}
