internal import Archive
internal import Synchronization

/// Brings the two halves of a durable frame together: a manifest line is written when the frame is on the device *and*
/// everything in it that was to be loaded is committed.
final class CommitLog: Sendable {
  private struct State {
    /// Frames that are durable and not in the manifest yet, in order.
    var frames: [Frame] = []
    /// Everything before this byte is committed.
    var committed: Int64 = 0
    /// Committed ranges that do not touch that yet, by their first byte.
    var ahead: [Int64: Int64] = [:]
  }

  private let archive: String
  private let manifest: ManifestLog?
  private let state = Mutex(State())

  /// - Parameter manifest: nil: there is no backup, and nothing is written.
  init(archive: String, manifest: ManifestLog?) {
    self.archive = archive
    self.manifest = manifest
  }

  /// What writes the archive; after a resume it goes on behind the frames that the manifest has.
  /// - Throws: `ArchiveError`; `CancellationError` when the task is cancelled.
  func writer(in folder: RunFolder, level: Int, sliceBytes: Int64, resumes: Bool) throws -> FrameWriter {
    let frameSize = Int(min(4 << 20, sliceBytes))
    if let frames = manifest?.frames(of: archive), !frames.isEmpty {
      do {
        return try FrameWriter(resuming: folder, name: archive, frames: frames, level: level, frameSize: frameSize)
      } catch let error as ArchiveError where error.kind == .missing {
        // Then all of it is written again; the manifest sees that the frames are the same.
      }
    }
    return try FrameWriter(
      in: folder, name: archive, level: level, frameSize: frameSize, existing: resumes ? .replace : .refuse)
  }

  func durable(_ frames: [Frame]) throws(ArchiveError) {
    try state.withLock { state throws(ArchiveError) in
      state.frames += frames
      try write(&state)
    }
  }

  func committed(_ range: Range<Int64>) throws(ArchiveError) {
    try state.withLock { state throws(ArchiveError) in
      state.ahead[range.lowerBound] = range.upperBound
      while let end = state.ahead.removeValue(forKey: state.committed) { state.committed = end }
      try write(&state)
    }
  }

  /// The source is complete and everything of it committed.
  func close(_ summary: ArchiveSummary) throws(ArchiveError) {
    try state.withLock { state throws(ArchiveError) in
      state.committed = .max
      try write(&state)
      try manifest?.append(summary)
    }
  }

  private func write(_ state: inout State) throws(ArchiveError) {
    while let frame = state.frames.first, frame.raw.upperBound <= state.committed {
      try manifest?.append(frame, of: archive)
      state.frames.removeFirst()
    }
  }
}
