internal import Platform

/// What the system says of a source at one moment.
extension FileStatus {
  static let folder = "a folder"

  /// What it is instead of a file or pipe; nil for those.
  var whatElse: String? {
    if isFile || isPipe { return nil }
    if isFolder { return Self.folder }
    return isSocket ? "a socket" : "a device"
  }

  /// How `later` differs from this, as the end of "the file …"; nil when it is the same.
  func difference(from later: FileStatus) -> String? {
    if !isSameFile(as: later) { return "was replaced by another one" }
    if size < later.size { return "grew from \(size) to \(later.size) bytes" }
    if size > later.size { return "shrank from \(size) to \(later.size) bytes" }
    if modified != later.modified { return "was written to" }
    if changed != later.changed { return "was changed: its name, links, permissions or times" }
    return nil
  }
}
