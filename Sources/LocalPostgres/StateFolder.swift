import Platform

/// The state folder while the server is started or stopped. It is ours, so that no other account can put anything into
/// it; what lies in `data` and in the socket's folder is the server account's, and only that account touches it.
struct StateFolder {
  private static let remedy =
    "use a state folder that no other account can replace, such as /var/lib/sluice; XDG_STATE_HOME names its parent"

  let folder: Folder
  let account: ServerAccount

  /// Makes the folder, with its parents, where it is missing. One that an earlier version gave to the server's account
  /// is taken back.
  init(_ path: String, account: ServerAccount) throws(LocalServerError) {
    let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    try TrustedPath.check(parent, making: true, remedy: Self.remedy)
    if let barrier = account.unreachableFolder(on: parent) {
      throw LocalServerError(
        .folder, "the server runs as \(account.name ?? "another user"), who cannot enter this folder", place: barrier,
        remedy: "use a state folder that all may reach, such as /var/lib/sluice")
    }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw LocalServerError(FileError(.writing, "make the folder", path, .last))
    }
    guard let folder = Folder(path), account.isOwner(of: try folder.status) else { throw .notOurs(path) }
    let isTakenBack = try folder.status.owner != geteuid()
    // The server's account goes through it, and no other.
    try folder.give(to: geteuid(), account.gid, mode: account.name == nil ? 0o700 : 0o710)
    // Before it was ours, its owner could put another folder in its place.
    try TrustedPath.check(path, remedy: Self.remedy)
    self.folder = folder
    self.account = account
    for name in ["lock", "programs", "server.log", "server.log.1", "sluice.conf"] where isTakenBack {
      try folder.removeUnlessOurFile(name)
    }
  }

  /// Makes the socket's folder, which is in this one or in /tmp.
  func makeSocketFolder(_ path: String) throws(LocalServerError) {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    let parent = String(path[..<end])
    try TrustedPath.check(parent, remedy: Self.remedy)
    guard let holder = parent == folder.path ? folder : Folder(parent) else { throw .notOurs(parent) }
    try holder.makeFolder(String(path[end...].dropFirst()), for: account)
  }

  /// Keeps the log from growing for ever: the one before is kept.
  func shortenLog() throws(LocalServerError) {
    guard let log = folder.status(of: "server.log"), log.size > 16 << 20 else { return }
    try folder.rename("server.log", to: "server.log.1")
  }
}
