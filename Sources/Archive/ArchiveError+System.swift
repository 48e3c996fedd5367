public import Platform

extension ArchiveError: FileFailure {
  public init(_ error: FileError) {
    self =
      switch error.reason {
      case .tooManySymbolicLinkLevels: .link(error.file)
      case .fileExists: .exists(error.file)
      case let reason:
        ArchiveError(
          error.purpose == .writing ? .write : .read, "cannot \(error.action): \(reason)", file: error.file,
          remedy: Self.remedy(for: reason)
        ).numbered(reason.rawValue)
      }
  }

  static func link(_ file: String) -> ArchiveError {
    ArchiveError(
      .symlink, "a symbolic link stands in the way; links are not followed here", file: file,
      remedy: "remove the link")
  }

  static func exists(_ file: String) -> ArchiveError {
    ArchiveError(.exists, "is there already", file: file, remedy: "remove it, or name another")
  }

  private static func remedy(for reason: Errno) -> String? {
    switch reason {
    case .noSpace, .diskQuotaExceeded: "make room on the volume, then resume"
    case .fileTooLarge: "raise the file size limit (ulimit -f), then resume"
    case .readOnlyFileSystem: "the volume is mounted read-only; choose another folder"
    case .permissionDenied, .notPermitted: "check the owner and the permissions of the folder"
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "raise the limit of open files (ulimit -n)"
    case .ioError: "the storage device reports an error; check it before you go on"
    default: nil
    }
  }
}
