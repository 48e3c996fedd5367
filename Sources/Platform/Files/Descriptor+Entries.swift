internal import SystemPackage

/// What bears a name in an open folder. Nothing here follows a link. Names are bytes: other people's files need not have
/// names in UTF-8.
extension Descriptor {
  /// The names in this folder without `.` and `..`, in the order of their bytes.
  public borrowing func entries() throws(Failure) -> [[UInt8]] {
    // A descriptor of its own: reading moves the position, and closedir closes it.
    let own = openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else { throw failure(.reading, "list") }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if bytes != Array(".".utf8), bytes != Array("..".utf8) { names.append(bytes) }
    }
    guard errno == 0 else { throw failure(.reading, "list") }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// What the link `entry` points to.
  public borrowing func target(ofLink entry: UnsafePointer<CChar>, name: String) throws(Failure) -> [UInt8] {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(raw, entry, &target, target.count)
    guard count >= 0 else { throw Failure(FileError(.reading, "read the link", name, .last)) }
    return target.prefix(count).map { UInt8(bitPattern: $0) }
  }

  /// Makes a folder.
  /// - Returns: false when something bears the name already.
  public borrowing func makeFolder(
    _ entry: String, mode: mode_t = 0o700, name: String, _ action: String = "create the folder"
  ) throws(Failure) -> Bool {
    if mkdirat(raw, entry, mode) == 0 { return true }
    guard Errno.last == .fileExists else { throw Failure(FileError(.writing, action, name, .last)) }
    return false
  }

  /// Takes a name away, of a file or a link.
  public borrowing func remove(_ entry: String, name: String, _ action: String = "remove") throws(Failure) {
    guard unlinkat(raw, entry, 0) == 0 else { throw Failure(FileError(.writing, action, name, .last)) }
  }

  public borrowing func removeEmptyFolder(_ entry: String, name: String) throws(Failure) {
    guard unlinkat(raw, entry, AT_REMOVEDIR) == 0 else {
      throw Failure(FileError(.writing, "remove the folder", name, .last))
    }
  }

  /// Gives an entry another name in the same folder, which what bore it loses.
  public borrowing func rename(_ entry: String, to other: String, name: String) throws(Failure) {
    guard renameat(raw, entry, raw, other) == 0 else { throw Failure(FileError(.writing, "rename", name, .last)) }
  }

  /// Gives a file a second name in the same folder. What bears it already keeps it: that is `Errno.fileExists`.
  public borrowing func link(_ entry: String, to other: String, name: String) throws(Failure) {
    guard linkat(raw, entry, raw, other, 0) == 0 else { throw Failure(FileError(.writing, "link", name, .last)) }
  }
}
