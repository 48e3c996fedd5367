/// Which file a source is, so that a later run can tell whether it still is that one.
public struct SourceIdentity: Codable, Sendable, Hashable {
  /// As the pipeline gives it; `-` is standard input.
  public var path: String
  public var device: UInt64
  public var inode: UInt64
  /// Of the file as it lies on disk; 0 for a pipe.
  public var size: Int64
  /// The time of the last write: seconds since 1970 and nanoseconds of the second.
  public var modifiedSeconds: Int64
  public var modifiedNanoseconds: Int64
  /// False for a pipe and for standard input: what was read of them cannot be read again.
  public var isRegular: Bool

  public init(
    path: String, device: UInt64, inode: UInt64, size: Int64, modifiedSeconds: Int64, modifiedNanoseconds: Int64,
    isRegular: Bool
  ) {
    self.path = path
    self.device = device
    self.inode = inode
    self.size = size
    self.modifiedSeconds = modifiedSeconds
    self.modifiedNanoseconds = modifiedNanoseconds
    self.isRegular = isRegular
  }
}
