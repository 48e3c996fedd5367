#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The file, or standard output for `-`, that the events go to.
struct OutputFile {
  private let path: String
  private let descriptor: Int32

  /// Creates the file, or empties it.
  init(path: String) throws(OutputError) {
    self.path = path
    descriptor = path == "-" ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw OutputError(path: path, number: errno) }
  }

  /// Writes all of `bytes`.
  func append(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw OutputError(path: path, number: errno)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Closes the file: a full disk may be reported only here.
  func finish() throws(OutputError) {
    guard close(descriptor) == 0 else { throw OutputError(path: path, number: errno) }
  }
}

struct OutputError: Error, CustomStringConvertible {
  var path: String
  /// What the system call left in `errno`.
  var number: Int32

  var description: String { "cannot write \(path): \(String(cString: strerror(number)))" }
}
