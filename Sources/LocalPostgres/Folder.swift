#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder that is held open. What lies in it is reached by name through its descriptor: no link is followed, no named
/// pipe waited for, and what another account left there is refused.
final class Folder: Sendable {
  let path: String
  private let descriptor: Int32

  /// nil where the path leads to no folder, or is a link.
  convenience init?(_ path: String) { self.init(path, in: AT_FDCWD, path) }

  private init?(_ path: String, in parent: Int32, _ name: String) {
    self.path = path
    descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  func path(of name: String) -> String { "\(path)/\(name)" }

  var facts: stat {
    var facts = stat()
    // It does not fail for an open descriptor.
    _ = fstat(descriptor, &facts)
    return facts
  }

  /// What bears the name, a link itself; nil where nothing does.
  func facts(of name: String) -> stat? {
    var facts = stat()
    return fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 ? facts : nil
  }

  // MARK: - Folders in it

  /// nil where nothing bears the name.
  /// - Throws: `.notOurs` where it is anything but a folder of ours or of the account.
  func folder(_ name: String, of account: ServerAccount) throws(LocalServerError) -> Folder? {
    guard facts(of: name) != nil else { return nil }
    guard let folder = Folder(path(of: name), in: descriptor, name), account.isOwner(of: folder.facts) else {
      throw notOurs(name)
    }
    return folder
  }

  /// Makes a folder for the account alone, unless it is there.
  func makeFolder(_ name: String, for account: ServerAccount) throws(LocalServerError) {
    if mkdirat(descriptor, name, 0o700) != 0 && errno != EEXIST { throw failure("cannot make the folder", name) }
    guard let folder = try folder(name, of: account) else { throw failure("cannot make the folder", name) }
    if folder.facts.st_uid == geteuid() { try folder.give(to: account.uid, account.gid, mode: 0o700) }
  }

  /// Gives this folder, which is ours or the server account's, to a user and a group.
  func give(to user: uid_t, _ group: gid_t, mode: mode_t) throws(LocalServerError) {
    let old = facts
    let isDone = old.st_uid == user && old.st_gid == group && old.st_mode & 0o7777 == mode
    guard isDone || fchown(descriptor, user, group) == 0 && fchmod(descriptor, mode) == 0 else {
      throw LocalServerError(.folder, "cannot change the folder's owner: \(systemMessage(errno))", place: path)
    }
  }

  // MARK: - Files in it

  /// The text of a small file, or of the last `limit` bytes of a large one; nil where nothing bears the name.
  /// - Throws: `.notOurs` where it is anything but a file of ours or of the account.
  func text(of name: String, by account: ServerAccount, last limit: Int = 64 << 10) throws(LocalServerError) -> String?
  {
    guard facts(of: name) != nil else { return nil }
    // A named pipe would hold us until somebody writes to it.
    let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw errno == ELOOP ? notOurs(name) : failure("cannot read", name) }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, isFile(facts), account.isOwner(of: facts) else { throw notOurs(name) }
    _ = lseek(file, max(0, facts.st_size - off_t(limit)), SEEK_SET)
    return readText(from: file, limit: limit)
  }

  /// Opens a file of ours for writing, and makes it, with mode 0600, where it is missing. The caller closes it.
  func openFile(_ name: String, _ flags: Int32) throws(LocalServerError) -> Int32 {
    let file = openat(descriptor, name, flags | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw [ELOOP, ENXIO, EISDIR].contains(errno) ? notOurs(name) : failure("cannot write", name)
    }
    var facts = stat()
    guard fstat(file, &facts) == 0, isOurFile(facts) else {
      close(file)
      throw notOurs(name)
    }
    return file
  }

  /// Writes a small file of ours that every account may read that can enter the folder.
  func write(_ text: String, to name: String) throws(LocalServerError) {
    let file = try openFile(name, O_WRONLY | O_TRUNC)
    defer { close(file) }
    guard writeText(text, to: file), fchmod(file, 0o644) == 0, fsync(file) == 0 else {
      throw failure("cannot write", name)
    }
  }

  /// Removes what bears the name, unless it is a file of ours that has no second name.
  func removeUnlessOurFile(_ name: String) throws(LocalServerError) {
    guard let facts = facts(of: name), !isOurFile(facts) else { return }
    guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else { throw failure("cannot remove", name) }
  }

  func removeEmptyFolder(_ name: String) throws(LocalServerError) {
    guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 else { throw failure("cannot remove the folder", name) }
  }

  func rename(_ name: String, to other: String) throws(LocalServerError) {
    guard renameat(descriptor, name, descriptor, other) == 0 else { throw failure("cannot rename", name) }
  }

  private func isFile(_ facts: stat) -> Bool { facts.st_mode & S_IFMT == S_IFREG }

  /// A second name may be how another account made us write to a file that is elsewhere.
  private func isOurFile(_ facts: stat) -> Bool { isFile(facts) && facts.st_uid == geteuid() && facts.st_nlink == 1 }

  private func notOurs(_ name: String) -> LocalServerError { .notOurs(path(of: name)) }

  private func failure(_ what: String, _ name: String) -> LocalServerError {
    LocalServerError(.folder, "\(what): \(systemMessage(errno))", place: path(of: name))
  }
}
