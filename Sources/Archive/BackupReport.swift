/// What a check of a run's archives found.
public struct BackupReport: Sendable {
  public enum Verdict: String, Sendable {
    /// Every frame of every archive was read, and all of it is as it was written.
    case passed
    /// Something is damaged, missing, or not named by the manifest.
    case failed
    /// The run has no archives: nothing was checked, which is no pass.
    case nothing
  }

  public struct Archive: Sendable {
    public let name: String
    /// How many frames the manifest names.
    public let frames: Int
    /// How many of them are whole.
    public internal(set) var sound = 0
    /// The size of the source.
    public let bytes: Int64
  }

  public internal(set) var archives: [Archive] = []
  /// Everything that is wrong, each with its file, frame, range or line.
  public internal(set) var problems: [ArchiveError] = []

  public var verdict: Verdict {
    guard problems.isEmpty, archives.allSatisfy({ $0.sound == $0.frames }) else { return .failed }
    return archives.isEmpty ? .nothing : .passed
  }
}
