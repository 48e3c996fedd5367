public import Archive
internal import FoundationEssentials

extension Report {
  /// Which of the files that close a run's folder are there.
  public var writtenFiles: [String] {
    guard let folder else { return [] }
    return [RunLayout.report, RunLayout.checksums].filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
  }

  /// The report that a run left.
  /// - Returns: nil where there is none, or the run was not done writing its files: the checksums come last.
  /// - Throws: `archive.untrusted`; `archive.damaged` where it is not the report that the checksums are of.
  public init?(in folder: RunFolder) throws {
    guard let bytes = try folder.readTrusted(RunLayout.report),
      try Checksums.have(bytes, of: RunLayout.report, in: folder),
      let report = try? JSONDecoder().decode(Report.self, from: Data(bytes)), report.isPlausible
    else { return nil }
    self = report
  }
}
