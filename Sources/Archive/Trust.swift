import Platform

/// Whether nobody but this user and root can have written a file or folder: only then is it believed, as ssh does with its
/// files.
///
/// It and every folder above it have to belong to one of the two, and neither group nor others may write to them. Two
/// things are allowed, as they let nobody else change it: a folder above it may be sticky, and the owner's private group,
/// which some systems give every user, may write.
///
/// The opened file is judged, and the folder that it lies in; links that led there need not be.
public enum Trust {
  /// Reads a trusted file whole.
  /// - Throws: `archive.untrusted`, which says why; `archive.read` when it is not there or larger than `limit`.
  public static func read(_ path: String, limit: Int) throws(ArchiveError) -> [UInt8] {
    let parts = resolved(path).split(separator: "/")
    let folder = try Descriptor(folder: "/" + parts.dropLast().joined(separator: "/"))
    guard let last = parts.last, let file = try Descriptor.reading(String(last), in: folder, name: path) else {
      throw ArchiveError(.read, "is not there", file: path)
    }
    try check(file.status(), path)
    try check(folder.status(), folder.name, isAbove: true)
    try checkFolders(above: folder)
    return try file.contents(limit: limit)
  }

  /// - Throws: `archive.untrusted`
  static func check(
    _ status: FileStatus, _ path: @autoclosure () -> String, isAbove: Bool = false
  ) throws(ArchiveError) {
    switch status.doubt(allowsSticky: isAbove, trusting: .privateGroup) {
    case nil: return
    case .owner(let id):
      let owner = Account.name(of: id) ?? "user \(id)"
      throw ArchiveError(
        .untrusted, "belongs to \(owner), who can change what it holds", file: path(),
        remedy: "do this as \(owner), or make it yours with chown when you know what it holds")
    case .everyone: throw writable(by: "everybody", path())
    case .group: throw writable(by: "its group", path())
    }
  }

  private static func writable(by whom: String, _ path: String) -> ArchiveError {
    ArchiveError(
      .untrusted, "\(whom) can change what it holds", file: path, remedy: "chmod go-w, when you know what it holds")
  }

  /// The folders above one that is open, up to the root of the file system, which is its own parent.
  static func checkFolders(above folder: borrowing Descriptor) throws(ArchiveError) {
    var last = try folder.status()
    var way = ".."
    while true {
      guard let status = try folder.status(of: way) else {
        throw ArchiveError(.read, "was removed meanwhile", file: folder.name)
      }
      if status.isSameFile(as: last) { return }
      try check(status, resolved("\(folder.name)/\(way)"), isAbove: true)
      last = status
      way += "/.."
    }
  }

  /// The path without links and dots; as it is where there is nothing.
  private static func resolved(_ path: String) -> String {
    guard let text = realpath(path, nil) else { return path }
    defer { free(text) }
    return String(cString: text)
  }
}
