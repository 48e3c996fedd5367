internal import PipelineSpec
internal import Reports
internal import Transform

extension DatasetReport {
  mutating func take(_ findings: SourceFindings, of dataset: Dataset) {
    examined = findings.examined
    columns = zip(dataset.columns, findings.found).map { FoundColumn(column: $0.name, found: $1) }
    neverFound = dataset.checks.policies.neverFound == .ignore ? [] : findings.neverFound(dataset)
    extraKeys = findings.extraKeys.map {
      ExtraKeyCount(key: $0.pointer.description, records: $0.records, record: $0.ordinal, line: $0.line)
    }
    hasMoreExtraKeys = findings.hasMoreExtraKeys
  }
}

extension SourceFindings {
  /// The columns whose place no record has; none where no record was examined.
  func neverFound(_ dataset: Dataset) -> [NeverFound] {
    guard examined > 0 else { return [] }
    let taken = Set(dataset.columns.indices.filter { found[$0] > 0 }.compactMap { dataset.columns[$0].pointer })
    let candidates = sample.pointers.filter { !taken.contains($0) }
    return dataset.soughtColumns.filter { found[$0] == 0 }.compactMap { i in
      guard let pointer = dataset.columns[i].pointer else { return nil }
      return NeverFound(
        column: dataset.columns[i].name, at: pointer.description,
        nearest: pointer.nearest(among: candidates)?.description)
    }
  }
}

extension Column {
  fileprivate var pointer: JSONPointer? {
    if case .pointer(let pointer) = source { pointer } else { nil }
  }
}
