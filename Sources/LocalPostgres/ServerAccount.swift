#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The account the server runs under: ours, or, as PostgreSQL refuses root, `postgres` or `nobody`.
struct ServerAccount: Sendable {
  /// nil where it is ours.
  var name: String?
  var uid: uid_t
  var gid: gid_t

  static func current() throws(LocalServerError) -> ServerAccount {
    guard geteuid() == 0 else { return ServerAccount(name: nil, uid: geteuid(), gid: getegid()) }
    for name in ["postgres", "nobody"] {
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      var text = [CChar](repeating: 0, count: 4096)
      if getpwnam_r(name, &entry, &text, text.count, &found) == 0, found != nil, entry.pw_uid != 0 {
        return ServerAccount(name: name, uid: entry.pw_uid, gid: entry.pw_gid)
      }
    }
    throw LocalServerError(
      .command, "PostgreSQL does not run as root, and there is no account postgres or nobody",
      remedy: "run sluice as another user")
  }

  /// The name of an account, or its number where it has none.
  static func name(of uid: uid_t) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var text = [CChar](repeating: 0, count: 4096)
    guard getpwuid_r(uid, &entry, &text, text.count, &found) == 0, found != nil, let name = entry.pw_name else {
      return String(uid)
    }
    return String(cString: name)
  }

  /// Whether a file or folder belongs to this account or to us.
  func isOwner(of facts: stat) -> Bool { facts.st_uid == uid || facts.st_uid == geteuid() }

  /// The program, with its first arguments, that gives up root's rights for good and becomes another program; none
  /// where the account is ours. It fails where a right could not be given up.
  func descent() throws(LocalServerError) -> [String] {
    guard name != nil else { return [] }
    let setpriv = "/usr/bin/setpriv"
    guard access(setpriv, X_OK) == 0 else {
      throw LocalServerError(
        .command, "setpriv is missing, which starts PostgreSQL under another account than root's", place: setpriv,
        remedy: "install util-linux, or run sluice as another user than root")
    }
    return [setpriv, "--reuid=\(uid)", "--regid=\(gid)", "--clear-groups", "--no-new-privs", "--"]
  }

  /// The first folder on the way to `path` that the account may not go through; nil if it may go all the way.
  func unreachableFolder(on path: String) -> String? {
    guard name != nil else { return nil }
    var folder = ""
    for part in path.split(separator: "/") {
      folder += "/\(part)"
      var facts = stat()
      guard stat(folder, &facts) == 0 else { return nil }
      let needed: mode_t = facts.st_uid == uid ? 0o100 : facts.st_gid == gid ? 0o010 : 0o001
      if facts.st_mode & needed == 0 { return folder }
    }
    return nil
  }
}
