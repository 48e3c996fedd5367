internal import PipelineSpec
internal import Records
internal import Reports
internal import Transform

extension EngineError {
  private static let named = 10

  /// - Parameter findings: of the source's first records, in which no column's place was found.
  static func nothingFound(_ findings: SourceFindings, _ dataset: Dataset) -> EngineError {
    EngineError(
      .nothingFound,
      "none of the columns was found in "
        + (findings.examined == 1 ? "the first record; " : "any of the first \(findings.examined) records; ")
        + (findings.sample.first?.sentence ?? "no record was looked at"),
      place: "dataset \(dataset.name)", remedy: remedy(findings, dataset))
  }

  private static func remedy(_ findings: SourceFindings, _ dataset: Dataset) -> String {
    let arrays = findings.sample.first?.arrays ?? []
    let mayBeDocument = dataset.source.at == .root && findings.examined == 1 && dataset.source.format != .ndjson
    guard mayBeDocument, !arrays.isEmpty else { return "correct `at` of the columns; nothing was loaded" }
    return
      "where the records lie in an array of the document, name it in from.at: \(list(arrays)); else correct `at` of "
      + "the columns; nothing was loaded"
  }

  /// nil where each column was found, or no record was looked at.
  static func neverFound(_ findings: SourceFindings, _ dataset: Dataset) -> EngineError? {
    let missing = findings.neverFound(dataset)
    guard !missing.isEmpty else { return nil }
    let sentences = missing.prefix(named).map { column in
      "column \(column.column): \(column.at)" + (column.nearest.map { " (did you mean \($0)?)" } ?? "")
    }
    let more = missing.count > sentences.count ? ", and \(missing.count - sentences.count) more" : ""
    return EngineError(
      .neverFound,
      "none of \(findings.examined) records has the place of " + sentences.joined(separator: ", ") + more,
      place: "dataset \(dataset.name)",
      remedy: "correct `at` and start a new run, or set policies.neverFound to warn")
  }

  fileprivate static func list(_ pointers: [JSONPointer]) -> String {
    let more = pointers.count > named ? " and more" : ""
    return pointers.prefix(named).map(\.description).joined(separator: ", ") + more
  }
}

extension RecordSample.First {
  /// What the record is.
  fileprivate var sentence: String {
    switch kind {
    case .object where keys.isEmpty: "record \(ordinal) is an object without keys"
    case .object: "record \(ordinal) has the keys \(EngineError.list(keys))"
    case .array: "record \(ordinal) is an array"
    case .string: "record \(ordinal) is a string"
    case .number: "record \(ordinal) is a number"
    case .true, .false: "record \(ordinal) is a boolean"
    case .null, .missing, .ordinal: "record \(ordinal) is null"
    }
  }
}
