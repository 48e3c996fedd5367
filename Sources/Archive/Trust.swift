#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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
    guard status.owner == 0 || status.owner == geteuid() else {
      let owner = name(ofUser: status.owner)
      throw ArchiveError(
        .untrusted, "belongs to \(owner), who can change what it holds", file: path(),
        remedy: "do this as \(owner), or make it yours with chown when you know what it holds")
    }
    let isSticky = isAbove && status.permissions & UInt32(S_ISVTX) != 0
    let byGroup = status.permissions & UInt32(S_IWGRP) != 0 && !isPrivate(status.group, of: status.owner)
    let byOthers = status.permissions & UInt32(S_IWOTH) != 0
    guard isSticky || !byGroup && !byOthers else {
      throw ArchiveError(
        .untrusted, "\(byOthers ? "everybody" : "its group") can change what it holds", file: path(),
        remedy: "chmod go-w, when you know what it holds")
    }
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

  /// Whether a group has the owner's name and no other member. Never root's: containers run any user in it.
  static func isPrivate(_ id: UInt32, of owner: UInt32) -> Bool {
    var entry = group()
    var found: UnsafeMutablePointer<group>?
    var text = [CChar](repeating: 0, count: 16 << 10)
    guard owner != 0, getgrgid_r(id, &entry, &text, text.count, &found) == 0, found != nil else { return false }
    let user = name(ofUser: owner)
    var member = entry.gr_mem
    while let name = member?.pointee {
      if String(cString: name) != user { return false }
      member = member?.advanced(by: 1)
    }
    return String(cString: entry.gr_name) == user
  }

  private static func name(ofUser id: UInt32) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var text = [CChar](repeating: 0, count: 16 << 10)
    guard getpwuid_r(id, &entry, &text, text.count, &found) == 0, found != nil else { return "user \(id)" }
    return String(cString: entry.pw_name)
  }
}
