internal import Archive
internal import FoundationEssentials

extension Report {
  static let fileName = "report.json"

  /// The report that a run left.
  /// - Returns: nil where there is none, or the run was not done writing its files: the checksums come last.
  /// - Throws: `archive.untrusted`; `archive.damaged` where it is not the report that the checksums are of.
  init?(in folder: RunFolder) throws {
    guard let bytes = try folder.readTrusted(Self.fileName),
      try Checksums.have(bytes, of: Self.fileName, in: folder),
      let report = try? JSONDecoder().decode(Report.self, from: Data(bytes)), report.isPlausible
    else { return nil }
    self = report
  }
}
