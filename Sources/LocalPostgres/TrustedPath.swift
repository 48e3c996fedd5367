#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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
    try inspect("/", try facts(of: "/", making: false), remedy)
    while !rest.isEmpty {
      let part = rest.removeFirst()
      if part == ".." {
        folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
        continue
      }
      let place = "\(folder)/\(part)"
      guard let facts = try facts(of: place, making: making) else { return }
      try inspect(place, facts, remedy)
      guard facts.st_mode & S_IFMT == S_IFLNK else {
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

  private static func inspect(_ place: String, _ facts: stat?, _ remedy: String) throws(LocalServerError) {
    guard let facts, let doubt = doubt(facts) else { return }
    throw LocalServerError(.untrusted, doubt, place: place, remedy: remedy)
  }

  private static func doubt(_ facts: stat) -> String? {
    guard facts.st_uid == 0 || facts.st_uid == geteuid() else {
      return "another account owns this: \(ServerAccount.name(of: facts.st_uid))"
    }
    let kind = facts.st_mode & S_IFMT
    // The mode of a link means nothing.
    if kind == S_IFLNK || kind == S_IFDIR && facts.st_mode & S_ISVTX != 0 { return nil }
    if facts.st_mode & S_IWOTH != 0 { return "every account may write to this" }
    if facts.st_mode & S_IWGRP != 0 && !isOurs(group: facts.st_gid) {
      return "the group \(facts.st_gid) may write to this"
    }
    return nil
  }

  /// Root trusts its own group alone; a user has chosen the company that he is in.
  private static func isOurs(group: gid_t) -> Bool {
    if group == 0 { return true }
    if geteuid() == 0 { return false }
    if group == getegid() { return true }
    var groups = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
    let count = getgroups(Int32(groups.count), &groups)
    return groups.prefix(max(0, Int(count))).contains(group)
  }

  /// What bears the name, a link itself; nil where nothing does.
  private static func facts(of place: String, making: Bool) throws(LocalServerError) -> stat? {
    var facts = stat()
    if lstat(place, &facts) == 0 { return facts }
    guard making else { return nil }
    guard mkdir(place, 0o755) == 0 || errno == EEXIST, lstat(place, &facts) == 0 else {
      throw LocalServerError(.folder, "cannot make the folder: \(systemMessage(errno))", place: place)
    }
    return facts
  }

  private static func target(ofLink place: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(place, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }

  private static func parts(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init).filter { $0 != "." }
  }
}
