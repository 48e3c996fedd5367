public import SystemPackage

/// What `stat` tells of a file: its kind, its owner, its size, and what shows that it changed.
public struct FileStatus: Equatable, Sendable {
  /// Seconds since 1970, rounded down; the nanoseconds go on top.
  public struct Time: Equatable, Sendable {
    public var seconds: Int64
    public var nanoseconds: Int64
  }

  public let device: UInt64
  public let inode: UInt64
  public let mode: UInt32
  public let owner: UInt32
  public let group: UInt32
  /// How many names it has.
  public let links: Int
  public let size: Int64
  public let modified: Time
  /// The last change of content, name, owner or permissions; unlike `modified` nobody can set it back.
  public let changed: Time

  init(_ status: Stat) {
    device = UInt64(truncatingIfNeeded: status.deviceID.rawValue)
    inode = UInt64(truncatingIfNeeded: status.inode.rawValue)
    mode = UInt32(status.mode.rawValue)
    owner = status.userID.rawValue
    group = status.groupID.rawValue
    links = status.linkCount
    size = status.size
    modified = Time(status.st_mtim)
    changed = Time(status.st_ctim)
  }

  public var isFile: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
  public var isFolder: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
  public var isLink: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFLNK) }
  public var isPipe: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFIFO) }
  public var isSocket: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFSOCK) }
  public var permissions: UInt32 { mode & 0o7777 }

  public func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}

extension FileStatus.Time {
  fileprivate init(_ time: timespec) {
    self.init(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}

extension FileStatus {
  /// What lies at a path; a link at its end is followed unless told otherwise.
  public init(at path: String, followingLinks: Bool = true) throws(Errno) {
    self.init(try Stat(path, followTargetSymlink: followingLinks))
  }
}

extension Descriptor {
  public borrowing func status() throws(Failure) -> FileStatus {
    do {
      return FileStatus(try Stat(file))
    } catch {
      throw failure(.reading, "look at", error)
    }
  }

  /// The status of `entry` in this folder, of a link itself unless links are followed; nil when there is none.
  public borrowing func status(
    of entry: UnsafePointer<CChar>, followingLinks: Bool = false
  ) throws(Failure) -> FileStatus? {
    do {
      return FileStatus(try Stat(entry, relativeTo: file, flags: followingLinks ? [] : .symlinkNoFollow))
    } catch {
      if error == .noSuchFileOrDirectory { return nil }
      throw Failure(FileError(.reading, "look at", "\(name)/\(String(cString: entry))", error))
    }
  }
}
