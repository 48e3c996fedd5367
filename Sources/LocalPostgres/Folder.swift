import Platform

/// A folder that is held open. What lies in it is reached by name through its descriptor: no link is followed, no named
/// pipe waited for, and what another account left there is refused.
final class Folder: Sendable {
  let path: String
  private let descriptor: Descriptor<LocalServerError>

  /// nil where the path leads to no folder, or is a link.
  convenience init?(_ path: String) { self.init(path, in: .workingFolder, path) }

  private init?(_ path: String, in parent: borrowing Descriptor<LocalServerError>, _ name: String) {
    self.path = path
    guard let descriptor = try? Descriptor(folder: name, in: parent, name: path) else { return nil }
    self.descriptor = descriptor
  }

  func path(of name: String) -> String { "\(path)/\(name)" }

  var status: FileStatus { get throws(LocalServerError) { try descriptor.status() } }

  /// What bears the name, a link itself; nil where nothing does, or nothing that can be seen.
  func status(of name: String) -> FileStatus? { try? descriptor.status(of: name) }

  // MARK: - Folders in it

  /// nil where nothing bears the name.
  /// - Throws: `.notOurs` where it is anything but a folder of ours or of the account.
  func folder(_ name: String, of account: ServerAccount) throws(LocalServerError) -> Folder? {
    guard status(of: name) != nil else { return nil }
    guard let folder = Folder(path(of: name), in: descriptor, name), account.isOwner(of: try folder.status) else {
      throw notOurs(name)
    }
    return folder
  }

  /// Makes a folder for the account alone, unless it is there.
  func makeFolder(_ name: String, for account: ServerAccount) throws(LocalServerError) {
    _ = try descriptor.makeFolder(name, name: path(of: name), "make the folder")
    guard let folder = try folder(name, of: account) else {
      throw LocalServerError(FileError(.writing, "make the folder", path(of: name), .noSuchFileOrDirectory))
    }
    if try folder.status.owner == geteuid() { try folder.give(to: account.uid, account.gid, mode: 0o700) }
  }

  /// Gives this folder, which is ours or the server account's, to a user and a group.
  func give(to user: uid_t, _ group: gid_t, mode: mode_t) throws(LocalServerError) {
    let old = try status
    let isDone = old.owner == user && old.group == group && old.permissions == UInt32(mode)
    if !isDone { try descriptor.give(to: user, group, mode: mode, "change the folder's owner") }
  }

  // MARK: - Files in it

  /// The text of a small file, or of the last `limit` bytes of a large one; nil where nothing bears the name.
  /// - Throws: `.notOurs` where it is anything but a file of ours or of the account.
  func text(of name: String, by account: ServerAccount, last limit: Int = 64 << 10) throws(LocalServerError) -> String?
  {
    guard status(of: name) != nil else { return nil }
    // A named pipe would hold us until somebody writes to it.
    let file = try open(name, O_RDONLY | O_NONBLOCK, "read", .reading)
    let status = try file.status()
    guard status.isFile, account.isOwner(of: status) else { throw notOurs(name) }
    // What /proc has is of no size.
    if status.size > Int64(limit) { try file.seek(to: status.size - Int64(limit)) }
    return try String(decoding: file.contents(upTo: limit), as: UTF8.self)
  }

  /// Opens a file of ours for writing, and makes it, with mode 0600, where it is missing.
  func openFile(_ name: String, _ flags: Int32) throws(LocalServerError) -> Descriptor<LocalServerError> {
    let file = try open(name, flags | O_CREAT | O_NONBLOCK, "write", .writing)
    guard isOurFile(try file.status()) else { throw notOurs(name) }
    return file
  }

  private func open(
    _ name: String, _ flags: Int32, _ action: String, _ purpose: FileError.Purpose
  ) throws(LocalServerError) -> Descriptor<LocalServerError> {
    do throws(LocalServerError) {
      return try Descriptor(
        name, in: descriptor, flags | O_NOFOLLOW, mode: 0o600, name: path(of: name), action, for: purpose)
    } catch {
      switch error.reason {
      case .tooManySymbolicLinkLevels, .noSuchAddressOrDevice, .isDirectory: throw notOurs(name)
      default: throw error
      }
    }
  }

  /// Writes a small file of ours that every account may read that can enter the folder.
  func write(_ text: String, to name: String) throws(LocalServerError) {
    let file = try openFile(name, O_WRONLY | O_TRUNC)
    try file.write(Array(text.utf8))
    try file.allow(0o644, "write")
    try file.sync()
  }

  /// Removes what bears the name, unless it is a file of ours that has no second name.
  func removeUnlessOurFile(_ name: String) throws(LocalServerError) {
    guard let status = status(of: name), !isOurFile(status) else { return }
    do throws(LocalServerError) {
      try descriptor.remove(name, name: path(of: name))
    } catch {
      guard error.reason == .noSuchFileOrDirectory else { throw error }
    }
  }

  func removeEmptyFolder(_ name: String) throws(LocalServerError) {
    try descriptor.removeEmptyFolder(name, name: path(of: name))
  }

  func rename(_ name: String, to other: String) throws(LocalServerError) {
    try descriptor.rename(name, to: other, name: path(of: name))
  }

  /// A second name may be how another account made us write to a file that is elsewhere.
  private func isOurFile(_ status: FileStatus) -> Bool {
    status.isFile && status.owner == geteuid() && status.links == 1
  }

  private func notOurs(_ name: String) -> LocalServerError { .notOurs(path(of: name)) }
}
