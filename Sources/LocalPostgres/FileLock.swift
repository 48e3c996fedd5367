#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock on a file, between processes, held until the object goes; the kernel drops it when its holder dies.
///
/// Children do not inherit it: a server started under the lock would hold it for as long as it runs.
public final class FileLock: Sendable {
  public enum Mode: Sendable { case shared, exclusive }

  private let descriptor: Int32

  /// Waits until the lock is free. The file is made, with mode 0600, if it is missing.
  public init(_ path: String, _ mode: Mode = .exclusive) throws(LocalServerError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw LocalServerError(.folder, "cannot open the lock: \(systemMessage(errno))", place: path)
    }
    while flock(descriptor, mode == .shared ? LOCK_SH : LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw LocalServerError(.folder, "cannot lock: \(systemMessage(errno))", place: path)
      }
    }
  }

  deinit { close(descriptor) }

  /// From shared to exclusive, if nobody else holds it; nothing is waited for. When it fails, the lock may be gone.
  public func tryExclusive() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
}
