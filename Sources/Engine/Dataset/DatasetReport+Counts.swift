internal import Archive
internal import Load
internal import PipelineSpec
internal import Records
internal import Reports

/// What was counted of a dataset, for its report.
extension DatasetReport {
  /// What is committed, by the ledger.
  mutating func take(_ totals: Ledger.Totals) {
    bytes = totals.wholeUpTo
    read = totals.read
    loaded = totals.loaded
    rejected = totals.rejected
    filtered = totals.filtered
  }

  mutating func take(_ counts: DatasetTally.Counts, of dataset: Dataset) {
    if let findings = counts.findings { take(findings, of: dataset) }
    bytes = counts.bytes
    sha256 = counts.archive?.sha256?.description
    read = counts.read
    loaded = counts.loaded
    rejected = counts.rejected
    filtered = counts.filtered
    warnings = counts.warnings
    changed = counts.changed
    stages = counts.stages
    warningExamples = counts.warningExamples.map {
      Warning(
        rule: $0.code, record: $0.position.ordinal, offset: $0.position.offset, pointer: $0.pointer, reason: $0.reason)
    }
  }
}
