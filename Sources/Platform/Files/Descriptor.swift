internal import SystemPackage

/// An open file or folder with one owner; closed at the end of its life, and not inherited by other programs.
///
/// Its calls are those of swift-system and, where it has none, of the C library; each throws `Failure`.
public struct Descriptor<Failure: FileFailure>: ~Copyable, Sendable {
  public private(set) var raw: Int32
  /// What messages call it.
  public let name: String
  private let isBorrowed: Bool

  /// Takes over an open file descriptor.
  public init(raw: Int32, name: String) {
    self.raw = raw
    self.name = name
    isBorrowed = false
  }

  /// A file descriptor that stays its owner's, who closes it later than this ends.
  public init(borrowing raw: Int32, name: String) {
    self.raw = raw
    self.name = name
    isBorrowed = true
  }

  /// Another descriptor for a file of the caller's, who keeps the first one.
  public init(duplicating raw: Int32, name: String) throws(Failure) {
    let own = fcntl(raw, F_DUPFD_CLOEXEC, 0)
    guard own >= 0 else { throw Failure(FileError(.writing, "use the file descriptor", name, .last)) }
    self.init(raw: own, name: name)
  }

  deinit { if raw >= 0, !isBorrowed { try? FileDescriptor(rawValue: raw).close() } }

  /// Closes early, for files whose last error may come with `close`.
  public mutating func close() throws(Failure) {
    guard raw >= 0 else { return }
    let file = file
    raw = -1
    do {
      try file.close()
    } catch {
      // After EINTR the descriptor is closed on Linux; closing again could hit another file.
      guard Errno(error) == .interrupted else { throw failure(.writing, "close", Errno(error)) }
    }
  }

  var file: FileDescriptor { FileDescriptor(rawValue: raw) }

  func failure(_ purpose: FileError.Purpose, _ action: String, _ reason: Errno = .last) -> Failure {
    Failure(FileError(purpose, action, name, reason))
  }
}

// MARK: - Opening

extension Descriptor {
  /// Opens a folder, following links.
  public init(folder path: String) throws(Failure) {
    try self.init(opening: path, O_RDONLY | O_DIRECTORY, "open the folder")
  }

  /// Opens the folder `component` of `folder`; a link is refused.
  public init(folder component: String, in folder: borrowing Descriptor, name: String) throws(Failure) {
    let raw = openat(folder.raw, component, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard raw >= 0 else {
      var reason = Errno.last
      // For a link, O_DIRECTORY answers ENOTDIR before O_NOFOLLOW could answer ELOOP.
      if reason == .notDirectory, try folder.status(of: component)?.isLink == true {
        reason = .tooManySymbolicLinkLevels
      }
      throw Failure(FileError(.reading, "open the folder", name, reason))
    }
    self.init(raw: raw, name: name)
  }

  /// Opens a folder to look names up in: where the system can, also one that may not be listed.
  public init(lookingUpIn path: String) throws(Failure) {
    try self.init(opening: path, Self.forLookingUp, "open the folder")
  }

  /// As the other one, for the folder `component` of `folder`; a link is refused.
  public init(lookingUpIn component: String, of folder: borrowing Descriptor) throws(Failure) {
    try self.init(
      component, in: folder, Self.forLookingUp | O_NOFOLLOW, name: "\(folder.name)/\(component)", "open the folder")
  }

  #if os(Linux)
    // O_PATH, which is a macro that Swift does not see.
    private static var forLookingUp: Int32 { 0o10000000 | O_DIRECTORY }
  #else
    private static var forLookingUp: Int32 { O_RDONLY | O_DIRECTORY }
  #endif

  /// Opens what lies at a path of the user's for reading, with flags as `open` takes them.
  public init(opening path: String, _ flags: Int32, _ action: String = "open") throws(Failure) {
    let raw = open(path, flags | O_CLOEXEC)
    guard raw >= 0 else { throw Failure(FileError(.reading, action, path, .last)) }
    self.init(raw: raw, name: path)
  }

  /// Opens `entry` of `folder`, or of the working folder, with flags as `openat` takes them.
  /// - Parameters:
  ///   - mode: the permissions of a file that is made by this.
  ///   - action: what is tried, for messages.
  public init(
    _ entry: UnsafePointer<CChar>, in folder: borrowing Descriptor, _ flags: Int32, mode: mode_t = 0, name: String,
    _ action: String = "open", for purpose: FileError.Purpose = .reading
  ) throws(Failure) {
    let raw = openat(folder.raw, entry, flags | O_CLOEXEC, mode)
    guard raw >= 0 else { throw Failure(FileError(purpose, action, name, .last)) }
    self.init(raw: raw, name: name)
  }

  /// The working folder, whatever it is by then.
  public static var workingFolder: Descriptor { Descriptor(borrowing: AT_FDCWD, name: ".") }
}

// MARK: - Reading and writing

extension Descriptor {
  /// Writes all of `bytes`, however many calls that takes.
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    try writeAll(bytes) { (rest, _) in try file.write(rest) }
  }

  /// Writes all of `bytes`, as the other `write` does.
  public borrowing func write(_ bytes: [UInt8]) throws(Failure) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in try write(UnsafeRawBufferPointer(bytes)) }
  }

  /// As `write`, from `offset` on.
  public borrowing func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(Failure) {
    try writeAll(bytes) { (rest, done) in try file.write(toAbsoluteOffset: offset + Int64(done), rest) }
  }

  /// (swift-system's `writeAll` would never return from a call that writes nothing.)
  private borrowing func writeAll(
    _ bytes: UnsafeRawBufferPointer, _ write: (UnsafeRawBufferPointer, Int) throws -> Int
  ) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let count: Int
      do {
        count = try write(UnsafeRawBufferPointer(rebasing: bytes[done...]), done)
      } catch {
        throw failure(.writing, "write", Errno(error))
      }
      guard count > 0 else { throw failure(.writing, "write", .ioError) }
      done += count
    }
  }

  /// Reads from `offset` until `buffer` is full or the file ends.
  /// - Returns: how many bytes were read.
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
  ) throws(Failure) -> Int {
    var filled = 0
    while filled < buffer.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count: Int
      do {
        count = try file.read(fromAbsoluteOffset: offset &+ Int64(filled), into: part)
      } catch {
        throw failure(.reading, "read", Errno(error))
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Reads the next bytes that there are, waiting until there is one. Returns 0 at the end, and for an empty buffer.
  /// - Throws: also once the task is cancelled, as `Errno.canceled`: a pipe may be silent for ever.
  public borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    while true {
      var request = pollfd(fd: raw, events: Int16(POLLIN), revents: 0)
      repeat {
        if Task.isCancelled { throw failure(.reading, "read", .canceled) }
      } while poll(&request, 1, 100) == 0
      do {
        return try file.read(into: buffer)
      } catch {
        // A named pipe is non-blocking, and standard input where whoever left it to us made it so.
        guard Errno(error) == .resourceTemporarilyUnavailable else {
          throw failure(.reading, "read", Errno(error))
        }
      }
    }
  }

  /// Tells the system that the whole file is going to be read, from its beginning on.
  public borrowing func expectReadingInOrder() {
    #if os(Linux)
      _ = posix_fadvise(raw, 0, 0, POSIX_FADV_SEQUENTIAL)
    #endif
  }

  /// What is left of the file, or its next `limit` bytes.
  public borrowing func contents(upTo limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(limit, 64 << 10))
    while bytes.count < limit {
      let count: Int
      do {
        count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
      } catch {
        throw failure(.reading, "read", Errno(error))
      }
      if count == 0 { break }
      bytes += piece[..<min(count, limit - bytes.count)]
    }
    return bytes
  }

  /// Where `contents` and `write` go on.
  public borrowing func seek(to offset: Int64) throws(Failure) {
    guard lseek(raw, off_t(offset), SEEK_SET) >= 0 else { throw failure(.reading, "read") }
  }

  /// Returns when the bytes, and the size needed to read them, are on the device. A failure is final: the kernel
  /// forgets which pages it lost, so that a second call would lie.
  public borrowing func syncData() throws(Failure) {
    #if canImport(Darwin)
      let result = fsync(raw)
    #else
      let result = fdatasync(raw)
    #endif
    guard result == 0 else { throw failure(.writing, "sync") }
  }

  /// As `syncData`, with everything else that is known about the file or folder.
  public borrowing func sync() throws(Failure) {
    guard fsync(raw) == 0 else { throw failure(.writing, "sync") }
  }

  /// Cuts the file to its first `size` bytes.
  public borrowing func truncate(to size: Int64) throws(Failure) {
    guard ftruncate(raw, off_t(size)) == 0 else { throw failure(.writing, "cut") }
  }
}
