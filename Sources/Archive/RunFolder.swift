import Platform

/// The folder of one run, `runs/<id>`, and the only way to the files in it.
///
/// Names are relative, made of `[A-Za-z0-9._-]` components, and resolved beneath the folder component by component: no
/// `..`, no absolute name and no symbolic link leads out of it, also when someone plants one while we run. Folders
/// are created 0700, files 0600. The folder that holds the runs is the user's and may be reached through links.
public final class RunFolder: Sendable {
  /// The folder's path, as far as the caller gave it.
  public let path: String
  /// The last component of the path: the run's id.
  public let id: String
  private let root: Descriptor

  private init(path: String, id: String, root: consuming Descriptor) {
    self.path = path
    self.id = id
    self.root = root
  }

  /// Creates the folder `id` in `runs`, and `runs` with its parents where they are missing.
  /// - Throws: `archive.exists` when there is such a run already.
  public static func create(_ id: String, in runs: String) throws(ArchiveError) -> RunFolder {
    let component = try checked(id)
    try createFolders(runs)
    let parent = try Descriptor(folder: runs)
    let path = "\(runs)/\(id)"
    guard try parent.makeFolder(component, name: path, "create the run folder") else { throw .exists(path) }
    try parent.sync()
    return try open(id, in: runs)
  }

  /// That `create` would find the name free and may write there; nothing is made.
  /// - Throws: what `create` would.
  public static func check(_ id: String, in runs: String) throws(ArchiveError) {
    let component = try checked(id)
    var folder = runs
    if access(runs, F_OK) == 0 {
      guard try Descriptor(folder: runs).status(of: component) == nil else { throw .exists("\(runs)/\(id)") }
    } else {
      folder = existingFolder(above: runs)
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      throw ArchiveError(FileError(.writing, "create the run folder", folder, .last))
    }
  }

  /// Of the folders that lead to a path, the last one that is there.
  private static func existingFolder(above path: String) -> String {
    var components = path.split(separator: "/", omittingEmptySubsequences: false)
    while components.count > 1 {
      components.removeLast()
      let folder = components.joined(separator: "/")
      if folder.isEmpty { return "/" }
      if access(folder, F_OK) == 0 { return folder }
    }
    return "."
  }

  /// Opens the folder of an earlier run.
  public static func open(_ id: String, in runs: String) throws(ArchiveError) -> RunFolder {
    let component = try checked(id)
    let path = "\(runs)/\(id)"
    let root = try Descriptor(folder: component, in: Descriptor(folder: runs), name: path)
    return RunFolder(path: path, id: id, root: root)
  }

  /// The ids of all runs in `runs`, in the order of their names; none where there is no such folder.
  public static func ids(in runs: String) throws(ArchiveError) -> [String] {
    let names: [[UInt8]]
    do {
      names = try Descriptor(folder: runs).entries()
    } catch {
      if error.number == ENOENT { return [] }
      throw error
    }
    return names.map { String(decoding: $0, as: UTF8.self) }.filter { (try? open($0, in: runs)) != nil }.sorted()
  }

  private static func checked(_ id: String) throws(ArchiveError) -> String {
    let name = try FileName(id)
    guard name.parents.isEmpty else { throw ArchiveError(.name, "is no run id: it has a slash", file: id) }
    return name.text
  }

  private static func createFolders(_ path: String) throws(ArchiveError) {
    var prefix = ""
    for component in path.split(separator: "/", omittingEmptySubsequences: false) {
      prefix += component
      if !prefix.isEmpty, mkdir(prefix, 0o700) != 0, errno != EEXIST, errno != EISDIR {
        throw ArchiveError(FileError(.writing, "create the folder", prefix, .last))
      }
      prefix += "/"
    }
  }

  /// Creates the folder `name`, and its parents, where they are missing.
  public func createFolder(_ name: String) throws(ArchiveError) {
    let name = try FileName(name)
    _ = try folder(name.components[...], creating: true)
  }

  /// Whether there is a regular file of this name.
  public func hasFile(_ name: String) throws(ArchiveError) -> Bool {
    let name = try FileName(name)
    guard let parent = try existingParent(of: name) else { return false }
    return try parent.status(of: name.last)?.isFile ?? false
  }

  /// Removes the file `name`; it is no error when there is none.
  public func remove(_ name: String) throws(ArchiveError) {
    let name = try FileName(name)
    guard let parent = try existingParent(of: name) else { return }
    do throws(ArchiveError) {
      try parent.remove(name.last, name: name.text)
    } catch {
      guard error.number == ENOENT else { throw error }
    }
    try parent.sync()
  }
}

// MARK: - Resolving names

extension RunFolder {
  /// The folder that `components` name, walked one by one so that no link is followed.
  func folder(_ components: ArraySlice<Substring>, creating: Bool) throws(ArchiveError) -> Descriptor {
    var folder = try Descriptor(folder: ".", in: root, name: path)
    var name = ""
    for component in components {
      name += name.isEmpty ? "\(component)" : "/\(component)"
      if creating, try folder.makeFolder(String(component), name: name) { try folder.sync() }
      folder = try Descriptor(folder: String(component), in: folder, name: name)
    }
    return folder
  }

  /// The folder that holds `name`, or nil when it is missing.
  func existingParent(of name: FileName) throws(ArchiveError) -> Descriptor? {
    var folder = try Descriptor(folder: ".", in: root, name: path)
    for component in name.parents {
      guard try folder.status(of: String(component)) != nil else { return nil }
      folder = try Descriptor(folder: String(component), in: folder, name: name.text)
    }
    return folder
  }

  /// Opens the file `name` for reading; nil when there is none.
  func openFile(_ name: FileName) throws(ArchiveError) -> Descriptor? {
    guard let parent = try existingParent(of: name) else { return nil }
    return try Descriptor.reading(name.last, in: parent, name: name.text)
  }

  /// Creates `<name>.partial`, and the folders above it.
  func createFile(_ name: FileName, existing: Existing) throws(ArchiveError) -> PartialFile {
    let parent = try folder(name.parents, creating: true)
    return try PartialFile(creating: name.last, in: parent, name: name.text, existing: existing)
  }

  /// Opens `<name>.partial` to go on with it; nil when there is none.
  func resumeFile(_ name: FileName, reopening: Bool = false) throws(ArchiveError) -> PartialFile? {
    guard let parent = try existingParent(of: name) else { return nil }
    return try PartialFile.resuming(name.last, in: parent, name: name.text, reopening: reopening)
  }

  func status() throws(ArchiveError) -> FileStatus { try root.status() }

  /// - Throws: `archive.untrusted` where somebody else can have written to it.
  public func checkTrust() throws(ArchiveError) {
    try Trust.check(status(), path)
    try Trust.checkFolders(above: root)
  }
}
