/// Who may do what with an open file or folder, and who does.
extension Descriptor {
  /// Gives it to a user and a group.
  public borrowing func give(to user: uid_t, _ group: gid_t, mode: mode_t, _ action: String) throws(Failure) {
    guard fchown(raw, user, group) == 0, fchmod(raw, mode) == 0 else { throw failure(.writing, action) }
  }

  public borrowing func allow(_ mode: mode_t, _ action: String) throws(Failure) {
    guard fchmod(raw, mode) == 0 else { throw failure(.writing, action) }
  }

  /// Takes the lock on it, alone or with others; the kernel drops it when its last descriptor is closed.
  /// - Returns: false where others hold it; nothing is waited for.
  public borrowing func tryLock(isShared: Bool) throws(Failure) -> Bool {
    if flock(raw, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return true }
    let reason = Errno.last
    guard reason == .wouldBlock || reason == .interrupted else { throw failure(.writing, "lock", reason) }
    return false
  }
}
