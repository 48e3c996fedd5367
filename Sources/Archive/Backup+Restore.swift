import Platform

extension Backup {
  public enum Destination: Sendable {
    /// A new file, mode 0600, that gets its name only when it is complete, verified and synced. It is refused where
    /// there is a file already, unless `existing` says to replace it.
    case file(String, existing: Existing = .refuse)
    /// An open file descriptor, left open. What was written before an error is verified, but not complete.
    case descriptor(Int32)
  }

  /// Writes the source back, byte for byte. Each frame is checked against the manifest before its bytes are written,
  /// and the whole at the end.
  /// - Parameters:
  ///   - archive: its name inside the run folder: `backup/events.json.zst`.
  ///   - progress: called after each frame.
  /// - Returns: what was restored.
  /// - Throws: `ArchiveError`; `CancellationError` when the task is cancelled. No file is left behind in either case.
  @discardableResult
  public static func restore(
    _ archive: String, of folder: RunFolder, to destination: Destination, progress: (Progress) -> Void = { _ in }
  ) throws -> ArchiveSummary {
    guard let listed = try Manifest.read(in: folder)[archive], let summary = listed.summary else {
      throw ArchiveError(.missing, "the manifest names no such archive", file: archive)
    }
    guard let file = try folder.openFile(FileName(archive)) else {
      throw ArchiveError(.missing, "is not there, but the manifest names it", file: archive)
    }
    switch destination {
    case .descriptor(let raw):
      let output = try Descriptor(duplicating: raw, name: "the output")
      try copy(listed, summary: summary, from: file, to: output, progress: progress)
    case .file(let path, let existing):
      var output = try PartialFile(path: path, existing: existing)
      do {
        try copy(listed, summary: summary, from: file, to: output.file, progress: progress)
        try output.publish()
      } catch {
        output.discard()
        throw error
      }
    }
    return summary
  }

  private static func copy(
    _ archive: Manifest.Archive, summary: ArchiveSummary, from file: borrowing Descriptor,
    to output: borrowing Descriptor, progress: (Progress) -> Void
  ) throws {
    let decoder = try FrameDecoder()
    var hash = RunningSHA256()
    var state = Progress(archive: archive.name, done: 0, total: summary.bytes)
    for frame in archive.frames {
      if Task.isCancelled { throw CancellationError() }
      let raw = try decoder.verified(frame, from: file).raw
      if summary.sha256 != nil { hash.update(raw) }
      try output.write(raw)
      state.done = frame.raw.upperBound
      progress(state)
    }
    if let expected = summary.sha256, hash.sum != expected {
      throw ArchiveError(.damaged, "the hash of the whole source does not match", file: archive.name)
    }
  }
}
