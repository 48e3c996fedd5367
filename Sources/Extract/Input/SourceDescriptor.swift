#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A file descriptor to read from, closed with its owner. Standard input is only borrowed.
struct SourceDescriptor: ~Copyable {
  let number: Int32
  private let isBorrowed: Bool

  static var standardInput: SourceDescriptor { SourceDescriptor(borrowing: STDIN_FILENO) }

  private init(borrowing number: Int32) {
    self.number = number
    isBorrowed = true
  }

  // Where the system can, also in a folder that may not be listed: O_PATH, which is a macro that Swift does not see.
  #if os(Linux)
    private static let forLookingUp: Int32 = 0o10000000 | O_DIRECTORY | O_CLOEXEC
  #else
    private static let forLookingUp = O_RDONLY | O_DIRECTORY | O_CLOEXEC
  #endif

  /// Opens a folder to look names up in.
  init(folder path: String) throws(SystemError) {
    number = open(path, Self.forLookingUp)
    guard number >= 0 else { throw SystemError.last }
    isBorrowed = false
  }

  /// Opens a folder of `folder`; a link is refused.
  init(folder name: String, in folder: borrowing SourceDescriptor) throws(SystemError) {
    number = openat(folder.number, name, Self.forLookingUp | O_NOFOLLOW)
    guard number >= 0 else { throw SystemError.last }
    isBorrowed = false
  }

  /// Opens a file or a named pipe. A pipe is not waited for here, where nobody could end that, but when it is read:
  /// until somebody has written to it and closed it, `read` finds neither bytes nor an end.
  init(
    opening name: String, in folder: Int32, followingLinks: Bool, isPipe: Bool
  ) throws(SystemError) {
    var flags = O_RDONLY | O_CLOEXEC | O_NOCTTY
    if !followingLinks { flags |= O_NOFOLLOW }
    #if os(Linux)
      // Elsewhere the end of a pipe is seen before its first writer.
      if isPipe { flags |= O_NONBLOCK }
    #endif
    var number: Int32
    repeat {
      number = openat(folder, name, flags)
    } while number < 0 && errno == EINTR
    guard number >= 0 else { throw SystemError.last }
    self.number = number
    isBorrowed = false
    #if os(Linux)
      _ = posix_fadvise(number, 0, 0, POSIX_FADV_SEQUENTIAL)
    #endif
  }

  deinit {
    if !isBorrowed { _ = close(number) }
  }

  /// Reads what is at hand, waiting until there is something. Returns 0 at the end, and for an empty buffer.
  /// - Throws: also once the task is cancelled: a pipe may be silent for ever, and a packed file say little in many bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    while true {
      if Task.isCancelled { throw SystemError(number: ECANCELED) }
      try waitForInput()
      #if canImport(Glibc)
        let got = Glibc.read(number, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
        let got = Musl.read(number, buffer.baseAddress, buffer.count)
      #else
        let got = Darwin.read(number, buffer.baseAddress, buffer.count)
      #endif
      if got >= 0 { return got }
      switch errno {
      // A named pipe is non-blocking, and standard input where whoever left it to us made it so.
      case EINTR, EAGAIN: continue
      default: throw SystemError.last
      }
    }
  }

  private func waitForInput() throws(SystemError) {
    var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    while poll(&request, 1, 100) == 0 {
      if Task.isCancelled { throw SystemError(number: ECANCELED) }
    }
  }
}
