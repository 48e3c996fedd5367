import Engine
import Records

/// What a person reads when a run is over.
struct Summary {
  private let report: Report
  private let folder: String?

  init(_ report: Report, folder: String?) {
    self.report = report
    self.folder = folder
  }

  var text: OutputText {
    var lines: [OutputText] = [
      "\(report.outcome.rawValue): " + (report.pipeline.isEmpty ? "" : "\(report.pipeline), ")
        + "\(name)\(Figures.oneDigit(report.seconds)) s"
    ]
    for dataset in report.datasets { lines += self.lines(dataset) }
    for note in report.notes { lines.append("note: \(note)") }
    for error in report.errors { lines.append("error: \(Self.sentence(error))") }
    if let unchanged { lines.append(unchanged) }
    // Where nothing was begun there is no folder either.
    if let folder, !report.datasets.isEmpty || report.resume != nil {
      lines.append("files:  \(folder)/\(report.run)/ (report.json, SHA256SUMS)")
    }
    if let resume = report.resume { lines.append("resume: \(resume)") }
    lines += report.next.map { "look:   \($0)" }
    return lines.joined(separator: "\n")
  }

  /// Which tables a run that was not begun left alone.
  private var unchanged: OutputText? {
    guard let tables = report.unchanged, let last = tables.last else { return nil }
    let others = tables.dropLast()
    return others.isEmpty ? "\(last) is unchanged" : "\(others.joined(separator: ", ")) and \(last) are unchanged"
  }

  /// A dry run leaves nothing that could be asked for by its id.
  private var name: OutputText {
    if report.dryRun == true { return "" }
    let origin: OutputText = report.replays.map { " (rejects of run \($0))" } ?? ""
    return "run \(report.run)\(origin), "
  }

  static func sentence(_ error: ReportedError) -> String {
    var text = error.place.map { "\($0): " } ?? ""
    text += error.message
    if let remedy = error.remedy { text += " (\(remedy))" }
    return text + " [\(error.code)]"
  }

  private func lines(_ dataset: DatasetReport) -> [OutputText] {
    let isStaged = report.outcome == .staged
    var first: OutputText = isStaged ? "  \(dataset.dataset)" : "  \(dataset.dataset) → \(dataset.table)"
    let loaded: OutputText = isStaged ? "in the stage file" : report.dryRun == true ? "would load" : "loaded"
    first += ": read \(Figures.grouped(dataset.read)), \(loaded) "
    first += "\(Figures.grouped(dataset.loaded))"
    if dataset.rejected > 0 { first += ", rejected \(Figures.grouped(dataset.rejected))" }
    if dataset.filtered > 0 { first += ", filtered \(Figures.grouped(dataset.filtered))" }
    if dataset.warnings > 0 { first += ", warnings \(Figures.grouped(dataset.warnings))" }
    if dataset.changed > 0 { first += ", changed values \(Figures.grouped(dataset.changed))" }
    first += "; \(Figures.bytes(dataset.bytes)) in \(Figures.oneDigit(dataset.seconds)) s"
    var lines = [first]
    if dataset.published == false {
      lines.append("    not published: the rows are set apart, and the table is as it was")
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

  /// What became of the table's rows, where the dataset was staged.
  private func published(_ dataset: DatasetReport) -> String? {
    let counts = [
      ("inserted", dataset.inserted), ("updated", dataset.updated), ("unchanged", dataset.unchanged),
      ("deleted", dataset.deleted), ("gave way to others of their key", dataset.repeated),
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
    guard let actual = parity.actual else { return "unverified: the table was not compared with the source" }
    if let counts = parity.counts {
      return "DIFFERENT: \(Figures.grouped(counts.missing)) missing, \(Figures.grouped(counts.extra)) extra, "
        + "\(Figures.grouped(counts.changed)) changed"
    }
    if !parity.isProved { return "DIFFERENT: which rows, is not known" }
    return "verified: \(Figures.grouped(actual.rows)) rows equal, digest \(actual.digest)"
  }

  private func line(_ difference: Difference) -> String {
    let key = difference.key.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ?? "null")" }
      .joined(separator: ", ")
    let columns = difference.columns.map { "\($0.column): \($0.expected ?? "null") → \($0.actual ?? "null")" }
    return "\(difference.kind.rawValue) \(key)" + (columns.isEmpty ? "" : ": " + columns.joined(separator: "; "))
  }
}
