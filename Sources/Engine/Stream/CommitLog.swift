internal import Archive
internal import Synchronization

/// Brings the two halves of a durable frame together: a manifest line is written when the frame is on the device *and*
/// everything in it that was to be loaded is committed.
final class CommitLog: Sendable {
  private struct State {
    var manifest: ManifestWriter?
    /// Frames that are durable and not in the manifest yet, in order.
    var frames: [Frame] = []
    /// Everything before this byte is committed.
    var committed: Int64 = 0
    /// Committed ranges that do not touch that yet, by their first byte.
    var ahead: [Int64: Int64] = [:]
  }

  private let archive: String
  private let state: Mutex<State>

  /// - Parameter manifest: nil: there is no backup, and nothing is written.
  init(archive: String, manifest: sending ManifestWriter?) {
    self.archive = archive
    state = Mutex(State(manifest: manifest))
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
      try state.manifest?.append(summary)
      try state.manifest?.sync()
    }
  }

  private func write(_ state: inout State) throws(ArchiveError) {
    while let frame = state.frames.first, frame.raw.upperBound <= state.committed {
      try state.manifest?.append(frame, of: archive)
      state.frames.removeFirst()
    }
  }
}
