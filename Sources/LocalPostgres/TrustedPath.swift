import Platform

/// Refuses a path on which another account could put something in the place of what we expect.
///
/// Every folder, link and file on the way has to belong to root or to us, and nobody else may write to it. A sticky
/// folder may be open to all: nobody can replace in it what is not his own.
enum TrustedPath {
  /// Goes the whole way, through links.
  /// - Parameters:
  ///   - making: makes the folders that are missing, each below one that was checked. Otherwise the way ends before
  ///     the first that is missing.
  ///   - remedy: what to do where the path is refused.
  static func check(_ path: String, making: Bool = false, remedy: String) throws(LocalServerError) {
    var folder = ""
    var rest = parts(path)
    var links = 0
    try inspect("/", try status(of: "/", making: false), remedy)
    while !rest.isEmpty {
      let part = rest.removeFirst()
      if part == ".." {
        folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
        continue
      }
      let place = "\(folder)/\(part)"
      guard let status = try status(of: place, making: making) else { return }
      try inspect(place, status, remedy)
      guard status.isLink else {
        folder = place
        continue
      }
      links += 1
      guard links <= 40, let target = target(ofLink: place) else {
        throw LocalServerError(.folder, "this link leads nowhere", place: place)
      }
      if target.hasPrefix("/") { folder = "" }
      rest = parts(target) + rest
    }
  }

  private static func inspect(_ place: String, _ status: FileStatus?, _ remedy: String) throws(LocalServerError) {
    guard let doubt = status?.doubt(allowsSticky: true, trusting: .ownGroups) else { return }
    let message =
      switch doubt {
      case .owner(let id): "another account owns this: \(Account.name(of: id) ?? String(id))"
      case .everyone: "every account may write to this"
      case .group(let id): "the group \(id) may write to this"
      }
    throw LocalServerError(.untrusted, message, place: place, remedy: remedy)
  }

  /// What bears the name, a link itself; nil where nothing does.
  private static func status(of place: String, making: Bool) throws(LocalServerError) -> FileStatus? {
    if let status = try? FileStatus(at: place, followingLinks: false) { return status }
    guard making else { return nil }
    guard mkdir(place, 0o755) == 0 || errno == EEXIST else {
      throw LocalServerError(FileError(.writing, "make the folder", place, .last))
    }
    do throws(Errno) {
      return try FileStatus(at: place, followingLinks: false)
    } catch {
      throw LocalServerError(FileError(.writing, "make the folder", place, error))
    }
  }

  private static func target(ofLink place: String) -> String? {
    guard let bytes = try? Descriptor<Errno>.workingFolder.target(ofLink: place, name: place), !bytes.isEmpty else {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func parts(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init).filter { $0 != "." }
  }
}
