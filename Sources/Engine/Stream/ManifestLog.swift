internal import Archive
internal import Synchronization

/// The run's one manifest, for all who have a frame to enter.
final class ManifestLog: Sendable {
  private let writer: Mutex<ManifestWriter>

  /// - Parameter resumes: whether to go on with what an earlier attempt wrote.
  init(in folder: RunFolder, resumes: Bool) throws(ArchiveError) {
    writer = Mutex(resumes ? try ManifestWriter(resuming: folder) : try ManifestWriter(in: folder))
  }

  /// What is entered of an archive.
  func frames(of archive: String) -> [Frame] { writer.withLock { $0.manifest[archive]?.frames ?? [] } }

  /// Whether an archive is complete.
  func isClosed(_ archive: String) -> Bool { writer.withLock { $0.manifest[archive]?.summary != nil } }

  func append(_ frame: Frame, of archive: String) throws(ArchiveError) {
    try writer.withLock { writer throws(ArchiveError) in try writer.append(frame, of: archive) }
  }

  /// The archive is complete.
  func append(_ summary: ArchiveSummary) throws(ArchiveError) {
    try writer.withLock { writer throws(ArchiveError) in
      try writer.append(summary)
      try writer.sync()
    }
  }

  /// Nothing more comes; the manifest takes its name.
  func finish() throws(ArchiveError) {
    try writer.withLock { writer throws(ArchiveError) in try writer.finish() }
  }
}
