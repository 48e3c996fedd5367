import Platform

/// An open file or folder of an archive.
typealias Descriptor = Platform.Descriptor<ArchiveError>

extension Descriptor {
  /// Opens the regular file `component` of `folder` for reading; nil when there is none.
  static func reading(
    _ component: String, in folder: borrowing Descriptor, name: String
  ) throws(ArchiveError) -> Descriptor? {
    // O_NONBLOCK: a pipe planted under the name must not hold us.
    try regular(component, in: folder, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, name: name, for: .reading)
  }

  /// Creates the file `component` of `folder`, readable by its owner only; anything there already is refused.
  init(creating component: String, in folder: borrowing Descriptor, name: String) throws(ArchiveError) {
    try self.init(
      component, in: folder, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600, name: name, "create", for: .writing)
  }

  /// Opens the regular file `component` of `folder` to go on writing at its end; nil when there is none.
  static func resuming(
    _ component: String, in folder: borrowing Descriptor, name: String
  ) throws(ArchiveError) -> Descriptor? {
    try regular(component, in: folder, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK, name: name, for: .writing)
  }

  private static func regular(
    _ component: String, in folder: borrowing Descriptor, _ flags: Int32, name: String, for purpose: FileError.Purpose
  ) throws(ArchiveError) -> Descriptor? {
    let file: Descriptor
    do throws(ArchiveError) {
      file = try Descriptor(component, in: folder, flags, name: name, for: purpose)
    } catch {
      if error.number == ENOENT { return nil }
      throw error
    }
    guard try file.status().isFile else { throw ArchiveError(.symlink, "is no regular file", file: name) }
    return file
  }

  /// The whole content of a small file.
  /// - Throws: `archive.read` when it has more than `limit` bytes.
  borrowing func contents(limit: Int) throws(ArchiveError) -> [UInt8] {
    let size = try status().size
    guard size <= limit else {
      throw ArchiveError(.read, "has \(size) bytes, more than the \(limit) that such a file may have", file: name)
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 16)
    defer { buffer.deallocate() }
    let count = try read(into: buffer, at: 0)
    return Array(buffer[..<count])
  }
}
