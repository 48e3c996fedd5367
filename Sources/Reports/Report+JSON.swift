internal import FoundationEssentials

extension Report {
  /// `report.json` and `--json`.
  /// - Throws: `run.report` where it cannot be encoded.
  public var json: String { get throws(RunStateError) { try ReportText.file(self, "the report of run \(run)") } }
}

extension DatasetReport {
  /// For the ledger.
  public var json: String {
    get throws(RunStateError) { try ReportText.json(self, "the report of dataset \(dataset)") }
  }

  /// nil for what `json` did not write.
  public init?(json: String) {
    guard let report = try? JSONDecoder().decode(DatasetReport.self, from: Data(json.utf8)), report.isPlausible else {
      return nil
    }
    self = report
  }
}
