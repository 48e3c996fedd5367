import Platform

/// What the server's own folder says of it. Its account could write anything there: it is read with suspicion.
struct DataFolder {
  let folder: Folder
  let account: ServerAccount

  /// The major version that made the data.
  var version: Int {
    get throws(LocalServerError) {
      guard let text = try folder.text(of: "PG_VERSION", by: account), let version = Int(text.prefix { $0.isNumber })
      else { throw .notOurs(folder.path) }
      return version
    }
  }

  /// The process named in `postmaster.pid`, if it lives, is of the server's account, and is that server: after a crash
  /// the file stays, and its number may be another program's by now.
  var runningPID: Int32? {
    get throws(LocalServerError) {
      guard let text = try folder.text(of: "postmaster.pid", by: account),
        let pid = Int32(text.prefix { $0.isNumber }), pid > 0, kill(pid, 0) == 0 || errno == EPERM
      else { return nil }
      // Not every system has it.
      if access("/proc/self", F_OK) != 0 { return pid }
      guard let process = Folder("/proc/\(pid)"), try process.status.owner == account.uid,
        let line = try? process.text(of: "cmdline", by: account)
      else { return nil }
      return line.split(separator: "\0").contains(Substring(folder.path)) ? pid : nil
    }
  }
}
