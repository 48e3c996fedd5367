internal import Archive
internal import Synchronization

/// The run's one manifest, for all who have a frame to enter.
final class ManifestLog: Sendable {
  private let writer: Mutex<ManifestWriter>

  init(in folder: RunFolder) throws(ArchiveError) {
    writer = Mutex(try ManifestWriter(in: folder))
  }

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
