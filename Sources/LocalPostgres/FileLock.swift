#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock on a file of ours, between processes, held until the object goes; the kernel drops it when its holder dies.
///
/// Children do not inherit it: a server started under the lock would hold it for as long as it runs.
public final class FileLock: Sendable {
  public enum Mode: Sendable { case shared, exclusive }

  private let descriptor: Int32

  /// The file is made, with mode 0600, if it is missing; it holds the number of the process that has the lock alone.
  /// - Parameter patience: how long to wait for others.
  /// - Throws: `.busy` where they hold it for longer, `.untrusted` or `.notOurs` where another account could replace the
  ///   file or made it.
  public init(
    _ path: String, _ mode: Mode = .exclusive, patience: Duration = .seconds(180)
  ) throws(LocalServerError) {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    try TrustedPath.check(String(path[..<end]), remedy: "use a folder that no other account can write to")
    guard let folder = Folder(String(path[..<end])) else {
      throw LocalServerError(.folder, "the lock's folder cannot be opened", place: path)
    }
    descriptor = try folder.openFile(String(path[end...].dropFirst()), O_RDWR | O_APPEND)
    let deadline = ContinuousClock.now + patience
    while !take(mode) {
      guard errno == EINTR || errno == EWOULDBLOCK else {
        throw LocalServerError(.folder, "cannot lock: \(systemMessage(errno))", place: path)
      }
      guard ContinuousClock.now < deadline else { throw busy(path, patience) }
      usleep(20_000)
    }
  }

  deinit { close(descriptor) }

  /// From shared to exclusive, if nobody else holds it; nothing is waited for. When it fails, the lock may be gone.
  public func tryExclusive() -> Bool { take(.exclusive) }

  private func take(_ mode: Mode) -> Bool {
    guard flock(descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else { return false }
    if mode == .exclusive && ftruncate(descriptor, 0) == 0 { _ = writeText("\(getpid())\n", to: descriptor) }
    return true
  }

  private func busy(_ path: String, _ patience: Duration) -> LocalServerError {
    let holder = readText(from: descriptor, limit: 16).flatMap { Int32($0.prefix { $0.isNumber }) }
    return LocalServerError(
      .busy, "\(holder.map { "process \($0)" } ?? "another process") has held the lock for \(patience)", place: path,
      remedy: "let it end or end it, then try again")
  }
}
