#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The account the server runs under: ours, or, as PostgreSQL refuses root, `postgres` or `nobody`.
struct ServerAccount: Sendable {
  var name: String?
  var uid: uid_t
  var gid: gid_t

  static func current() throws(LocalServerError) -> ServerAccount {
    guard geteuid() == 0 else { return ServerAccount(name: nil, uid: geteuid(), gid: getegid()) }
    for name in ["postgres", "nobody"] {
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      var text = [CChar](repeating: 0, count: 4096)
      if getpwnam_r(name, &entry, &text, text.count, &found) == 0, found != nil {
        return ServerAccount(name: name, uid: entry.pw_uid, gid: entry.pw_gid)
      }
    }
    throw LocalServerError(
      .command, "PostgreSQL does not run as root, and there is no account postgres or nobody",
      remedy: "run sluice as another user")
  }

  /// `command`, changed so that it runs under this account.
  func running(_ command: Command) throws(LocalServerError) -> Command {
    guard let name else { return command }
    let changers: [(String, [String])] = [
      ("/usr/bin/setpriv", ["--reuid=\(uid)", "--regid=\(gid)", "--clear-groups", "--"]),
      ("/usr/sbin/runuser", ["-u", name, "--"]),
      ("/sbin/runuser", ["-u", name, "--"]),
    ]
    for (executable, arguments) in changers where access(executable, X_OK) == 0 {
      return Command(executable: executable, arguments: arguments + [command.executable] + command.arguments)
    }
    throw LocalServerError(
      .command, "neither setpriv nor runuser is there to start PostgreSQL as \(name)",
      remedy: "install util-linux, or run sluice as another user than root")
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
