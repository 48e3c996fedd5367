#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What `stat` tells of a file: its kind, its size, and what shows that it changed.
struct FileStatus: Equatable, Sendable {
  let device: UInt64
  let inode: UInt64
  let mode: UInt32
  let owner: UInt32
  let group: UInt32
  let size: Int64
  /// Seconds since 1970, rounded down; `modifiedNanoseconds` go on top.
  let modified: Int64
  let modifiedNanoseconds: Int64
  private let changed: Int64
  private let changedNanoseconds: Int64

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(status.st_ino)
    mode = UInt32(status.st_mode)
    owner = status.st_uid
    group = status.st_gid
    size = Int64(status.st_size)
    #if canImport(Darwin)
      let (modification, change) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (modification, change) = (status.st_mtim, status.st_ctim)
    #endif
    modified = Int64(modification.tv_sec)
    modifiedNanoseconds = Int64(modification.tv_nsec)
    changed = Int64(change.tv_sec)
    changedNanoseconds = Int64(change.tv_nsec)
  }

  var isFile: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
  var isFolder: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
  var isLink: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFLNK) }
  var permissions: UInt32 { mode & 0o7777 }

  func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}

extension Descriptor {
  borrowing func status() throws(ArchiveError) -> FileStatus {
    var status = stat()
    guard fstat(raw, &status) == 0 else { throw .system(.read, "look at", file: name) }
    return FileStatus(status)
  }

  /// The status of `component` in this folder, of a link itself; nil when there is none.
  borrowing func status(of component: String) throws(ArchiveError) -> FileStatus? {
    var status = stat()
    guard fstatat(raw, component, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw .system(.read, "look at", file: "\(name)/\(component)")
    }
    return FileStatus(status)
  }
}
