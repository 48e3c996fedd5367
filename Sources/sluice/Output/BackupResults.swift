import Archive

/// An archive as `backup --json` shows it.
struct ListedArchive: Encodable {
  var archive: String
  var bytes: Int64
  var packedBytes: Int64
  var frames: Int
  var sha256: String?

  init(_ summary: ArchiveSummary) {
    archive = summary.archive
    bytes = summary.bytes
    packedBytes = summary.packedBytes
    frames = summary.frames
    sha256 = summary.sha256?.description
  }
}

/// A run's archives.
struct ListedRun: Encodable {
  var run: String
  var archives: [ListedArchive]
  /// Why they are not complete, where that is so.
  var problem: String?

  init(_ listing: Backup.Listing) {
    run = listing.run
    archives = listing.archives.map(ListedArchive.init)
    problem = listing.problem.map { "\($0)" }
  }
}

/// What `backup verify` found.
struct CheckedRun: Encodable {
  struct Archive: Encodable {
    var archive: String
    var bytes: Int64
    var frames: Int
    var sound: Int
  }

  enum Verdict: String, Encodable { case passed, failed, nothing }

  private enum CodingKeys: CodingKey { case run, verdict, archives, problems }

  var run: String
  var verdict: Verdict
  var archives: [Archive]
  var problems: [String]
  /// The same, as errors.
  let found: [ArchiveError]

  /// - Parameter sums: what does not match `SHA256SUMS`; a file that the report names already is not named twice.
  init(_ run: String, _ report: BackupReport, sums: [ArchiveError]) {
    self.run = run
    let named = Set(report.problems.compactMap(\.file))
    let others = sums.filter { !named.contains($0.file ?? "") }
    archives = report.archives.map { Archive(archive: $0.name, bytes: $0.bytes, frames: $0.frames, sound: $0.sound) }
    found = report.problems + others
    problems = found.map { "\($0) [\($0.code)]" }
    switch report.verdict {
    case .passed: verdict = others.isEmpty ? .passed : .failed
    case .failed: verdict = .failed
    case .nothing: verdict = .nothing
    }
  }
}
