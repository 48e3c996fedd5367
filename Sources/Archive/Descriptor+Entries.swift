#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Entries of a folder by their names as bytes: other people's files need not have names in UTF-8.
extension Descriptor {
  /// The names in this folder without `.` and `..`, in the order of their bytes.
  borrowing func entries() throws(ArchiveError) -> [[UInt8]] {
    // A descriptor of its own: reading moves the position, and closedir closes it.
    let own = openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else { throw .system(.read, "list", file: name) }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if bytes != Array(".".utf8), bytes != Array("..".utf8) { names.append(bytes) }
    }
    guard errno == 0 else { throw .system(.read, "list", file: name) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Opens `entry` for reading; a link is refused.
  borrowing func open(_ entry: [UInt8], _ flags: Int32, name: String) throws(ArchiveError) -> Descriptor {
    let opened = openat(raw, Self.terminated(entry), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags)
    guard opened >= 0 else { throw .system(.read, "open", file: name) }
    return Descriptor(raw: opened, name: name)
  }

  /// The status of `entry`, of a link itself; nil when there is none.
  borrowing func status(ofEntry entry: [UInt8]) throws(ArchiveError) -> FileStatus? {
    var status = stat()
    guard fstatat(raw, Self.terminated(entry), &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw .system(.read, "look at", file: "\(name)/\(String(decoding: entry, as: UTF8.self))")
    }
    return FileStatus(status)
  }

  /// What the link `entry` points to.
  borrowing func target(ofLink entry: [UInt8], name: String) throws(ArchiveError) -> [UInt8] {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(raw, Self.terminated(entry), &target, target.count)
    guard count >= 0 else { throw .system(.read, "read the link", file: name) }
    return target.prefix(count).map { UInt8(bitPattern: $0) }
  }

  private static func terminated(_ name: [UInt8]) -> [CChar] { name.map { CChar(bitPattern: $0) } + [0] }
}
