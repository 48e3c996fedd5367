#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file or folder with one owner; closed at the end of its life.
struct Descriptor: ~Copyable, Sendable {
  private(set) var raw: Int32
  /// What messages call it.
  let name: String

  /// Takes over an open file descriptor.
  init(raw: Int32, name: String) {
    self.raw = raw
    self.name = name
  }

  deinit { if raw >= 0 { _ = systemClose(raw) } }

  /// Closes early, for files whose last error may come with `close`.
  mutating func close() throws(ArchiveError) {
    guard raw >= 0 else { return }
    let result = systemClose(raw)
    raw = -1
    // After EINTR the descriptor is closed on Linux; closing again could hit another file.
    guard result == 0 || errno == EINTR else { throw .system(.write, "close", file: name) }
  }
}

// MARK: - Opening

extension Descriptor {
  /// Opens a folder of the user's, following links.
  init(folder path: String) throws(ArchiveError) {
    let raw = openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw .system(.read, "open the folder", file: path) }
    self.init(raw: raw, name: path)
  }

  /// Another descriptor for a file of the caller's, who keeps the first one.
  init(duplicating raw: Int32, name: String) throws(ArchiveError) {
    let own = fcntl(raw, F_DUPFD_CLOEXEC, 0)
    guard own >= 0 else { throw .system(.write, "use the file descriptor", file: name) }
    self.init(raw: own, name: name)
  }

  /// Opens the folder `component` of `folder`; a link is refused.
  init(folder component: String, in folder: borrowing Descriptor, name: String) throws(ArchiveError) {
    let raw = openat(folder.raw, component, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard raw >= 0 else {
      let number = errno
      // For a link, O_DIRECTORY answers ENOTDIR before O_NOFOLLOW could answer ELOOP.
      if number == ENOTDIR, try folder.status(of: component)?.isLink == true { throw .link(name) }
      throw .system(.read, "open the folder", file: name, number: number)
    }
    self.init(raw: raw, name: name)
  }

  /// Opens the regular file `component` of `folder` for reading; nil when there is none.
  static func reading(
    _ component: String, in folder: borrowing Descriptor, name: String
  ) throws(ArchiveError) -> Descriptor? {
    // O_NONBLOCK: a pipe planted under the name must not hold us.
    let raw = openat(folder.raw, component, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard raw >= 0 else {
      if errno == ENOENT { return nil }
      throw .system(.read, "open", file: name)
    }
    let file = Descriptor(raw: raw, name: name)
    guard try file.status().isFile else { throw ArchiveError(.symlink, "is no regular file", file: name) }
    return file
  }

  /// Creates the file `component` of `folder`, readable by its owner only; anything there already is refused.
  init(creating component: String, in folder: borrowing Descriptor, name: String) throws(ArchiveError) {
    let raw = openat(folder.raw, component, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard raw >= 0 else { throw .system(.write, "create", file: name) }
    self.init(raw: raw, name: name)
  }

  /// Opens the regular file `component` of `folder` to go on writing at its end; nil when there is none.
  static func resuming(
    _ component: String, in folder: borrowing Descriptor, name: String
  ) throws(ArchiveError) -> Descriptor? {
    let raw = openat(folder.raw, component, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard raw >= 0 else {
      if errno == ENOENT { return nil }
      throw .system(.write, "open", file: name)
    }
    let file = Descriptor(raw: raw, name: name)
    guard try file.status().isFile else { throw ArchiveError(.symlink, "is no regular file", file: name) }
    return file
  }
}

// MARK: - Reading and writing

extension Descriptor {
  /// Writes all of `bytes`, however many calls that takes.
  borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let written = systemWrite(raw, part)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw .system(.write, "write", file: name) }
      rest = rest.dropFirst(written)
    }
  }

  /// Reads from `offset` until `buffer` is full or the file ends.
  /// - Returns: how many bytes were read.
  borrowing func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(ArchiveError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = pread(raw, part.baseAddress, part.count, off_t(offset &+ Int64(filled)))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system(.read, "read", file: name) }
      if count == 0 { break }
      filled += count
    }
    return filled
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

  /// Returns when the bytes, and the size needed to read them, are on the device. A failure is final: the kernel
  /// forgets which pages it lost, so that a second call would lie.
  borrowing func syncData() throws(ArchiveError) {
    #if canImport(Darwin)
      let result = fsync(raw)
    #else
      let result = fdatasync(raw)
    #endif
    guard result == 0 else { throw .system(.write, "sync", file: name) }
  }

  /// As `syncData`, with everything else that is known about the file or folder.
  borrowing func sync() throws(ArchiveError) {
    guard fsync(raw) == 0 else { throw .system(.write, "sync", file: name) }
  }

  /// Cuts the file to its first `size` bytes.
  borrowing func truncate(to size: Int64) throws(ArchiveError) {
    guard ftruncate(raw, off_t(size)) == 0 else { throw .system(.write, "cut", file: name) }
  }
}
