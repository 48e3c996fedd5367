#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What the system says of a file at one moment.
struct FileStatus: Equatable {
  struct Time: Equatable {
    var seconds: Int64
    var nanoseconds: Int64
  }

  var form: mode_t
  var device: UInt64
  var inode: UInt64
  var size: Int64
  var modified: Time
  /// The last change of content, name, owner or permissions; unlike `modified` nobody can set it back.
  var changed: Time

  init(of descriptor: Int32) throws(SystemError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError.last }
    self.init(status)
  }

  /// Follows symbolic links, unless told otherwise.
  init(at path: String, in folder: Int32 = AT_FDCWD, followingLinks: Bool = true) throws(SystemError) {
    var status = stat()
    guard fstatat(folder, path, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW) == 0 else { throw SystemError.last }
    self.init(status)
  }

  private init(_ status: stat) {
    form = status.st_mode & S_IFMT
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    size = Int64(status.st_size)
    #if canImport(Darwin)
      modified = Time(status.st_mtimespec)
      changed = Time(status.st_ctimespec)
    #else
      modified = Time(status.st_mtim)
      changed = Time(status.st_ctim)
    #endif
  }

  var isRegular: Bool { form == S_IFREG }

  static let folder = "a folder"

  /// What it is instead of a file or pipe; nil for those.
  var whatElse: String? {
    switch form {
    case S_IFREG, S_IFIFO: nil
    case S_IFDIR: Self.folder
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }

  /// How `later` differs from this, as the end of "the file …"; nil when it is the same.
  func difference(from later: FileStatus) -> String? {
    if device != later.device || inode != later.inode { return "was replaced by another one" }
    if size < later.size { return "grew from \(size) to \(later.size) bytes" }
    if size > later.size { return "shrank from \(size) to \(later.size) bytes" }
    if modified != later.modified { return "was written to" }
    if changed != later.changed { return "was changed: its name, links, permissions or times" }
    return nil
  }
}

extension FileStatus.Time {
  fileprivate init(_ time: timespec) {
    self.init(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}

/// The error number of a system call.
struct SystemError: Error, Equatable {
  var number: Int32

  static var last: SystemError { SystemError(number: errno) }

  /// Nothing lies at the path, rather than something that cannot be reached.
  var isMissing: Bool { number == ENOENT || number == ENOTDIR }

  /// The system's own words: `Permission denied`.
  var text: String { String(cString: strerror(number)) }
}
