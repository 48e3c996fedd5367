import Platform

/// The account the server runs under: ours, or, as PostgreSQL refuses root, `postgres` or `nobody`.
struct ServerAccount: Sendable {
  /// nil where it is ours.
  var name: String?
  var uid: uid_t
  var gid: gid_t

  static func current() throws(LocalServerError) -> ServerAccount {
    guard geteuid() == 0 else { return ServerAccount(name: nil, uid: geteuid(), gid: getegid()) }
    for name in ["postgres", "nobody"] {
      if let account = Account.named(name), account.user != 0 {
        return ServerAccount(name: name, uid: account.user, gid: account.group)
      }
    }
    throw LocalServerError(
      .command, "PostgreSQL does not run as root, and there is no account postgres or nobody",
      remedy: "run sluice as another user")
  }

  /// Whether a file or folder belongs to this account or to us.
  func isOwner(of status: FileStatus) -> Bool { status.owner == uid || status.owner == geteuid() }

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
      guard let status = try? FileStatus(at: folder) else { return nil }
      let needed: UInt32 = status.owner == uid ? 0o100 : status.group == gid ? 0o010 : 0o001
      if status.permissions & needed == 0 { return folder }
    }
    return nil
  }
}
