#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ArchiveError {
  /// A system call failed; reads `errno`, so nothing may stand between the call and this.
  static func system(_ kind: Kind, _ what: String, file: String) -> ArchiveError {
    system(kind, what, file: file, number: errno)
  }

  static func system(_ kind: Kind, _ what: String, file: String, number: Int32) -> ArchiveError {
    if number == ELOOP { return .link(file) }
    if number == EEXIST { return .exists(file) }
    let reason = String(cString: strerror(number))
    return ArchiveError(kind, "cannot \(what): \(reason)", file: file, remedy: remedy(for: number)).numbered(number)
  }

  static func link(_ file: String) -> ArchiveError {
    ArchiveError(
      .symlink, "a symbolic link stands in the way; links are not followed here", file: file,
      remedy: "remove the link")
  }

  static func exists(_ file: String) -> ArchiveError {
    ArchiveError(.exists, "is there already", file: file, remedy: "remove it, or name another")
  }

  private static func remedy(for number: Int32) -> String? {
    switch number {
    case ENOSPC, EDQUOT: "make room on the volume, then resume"
    case EFBIG: "raise the file size limit (ulimit -f), then resume"
    case EROFS: "the volume is mounted read-only; choose another folder"
    case EACCES, EPERM: "check the owner and the permissions of the folder"
    case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
    case EIO: "the storage device reports an error; check it before you go on"
    default: nil
    }
  }
}
