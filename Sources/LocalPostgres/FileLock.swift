import Platform

/// A lock on a file of ours, between processes, held until the object goes; the kernel drops it when its holder dies.
///
/// Children do not inherit it: a server started under the lock would hold it for as long as it runs.
public final class FileLock: Sendable {
  public enum Mode: Sendable { case shared, exclusive }

  private let file: Descriptor<LocalServerError>

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
    file = try folder.openFile(String(path[end...].dropFirst()), O_RDWR | O_APPEND)
    let deadline = ContinuousClock.now + patience
    while try !take(mode) {
      guard ContinuousClock.now < deadline else { throw busy(path, patience) }
      usleep(20_000)
    }
  }

  /// From shared to exclusive, if nobody else holds it; nothing is waited for. When it fails, the lock may be gone.
  public func tryExclusive() -> Bool { (try? take(.exclusive)) ?? false }

  private func take(_ mode: Mode) throws(LocalServerError) -> Bool {
    guard try file.tryLock(isShared: mode == .shared) else { return false }
    if mode == .exclusive, (try? file.truncate(to: 0)) != nil {
      try? file.write(Array("\(getpid())\n".utf8))
    }
    return true
  }

  private func busy(_ path: String, _ patience: Duration) -> LocalServerError {
    let text = (try? file.contents(upTo: 16)).map { String(decoding: $0, as: UTF8.self) }
    let holder = text.flatMap { Int32($0.prefix { $0.isNumber }) }
    return LocalServerError(
      .busy, "\(holder.map { "process \($0)" } ?? "another process") has held the lock for \(patience)", place: path,
      remedy: "let it end or end it, then try again")
  }
}
