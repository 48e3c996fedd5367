/// One independent zstd frame of an archive.
public struct Frame: Sendable, Hashable {
  /// The largest number of source bytes a frame may hold: what bounds the memory of every reader.
  public static let largestSize = 64 << 20

  /// Its place in the archive, counted from 0.
  public let number: Int
  /// The bytes of the source that it holds.
  public let raw: Range<Int64>
  /// Where it lies in the archive.
  public let packed: Range<Int64>
  public let rawSHA256: SHA256Sum
  public let packedSHA256: SHA256Sum
}

/// A complete archive, as the closing line of the manifest states it.
public struct ArchiveSummary: Sendable, Hashable {
  /// Its name inside the run folder: `backup/events.json.zst`.
  public let archive: String
  public let frames: Int
  /// The size of the source.
  public let bytes: Int64
  /// The size of the archive with its seek table.
  public let packedBytes: Int64
  /// The hash of the whole source, as `sha256sum` prints it; nil when it was not asked for.
  public let sha256: SHA256Sum?
  /// The hash of the whole archive file, as `sha256sum` prints it.
  public let packedSHA256: SHA256Sum
}
