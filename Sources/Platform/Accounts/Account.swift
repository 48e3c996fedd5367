/// The users and groups of this system.
public enum Account {
  /// The name of a user; nil where it has none.
  public static func name(of user: uid_t) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var text = [CChar](repeating: 0, count: 16 << 10)
    guard getpwuid_r(user, &entry, &text, text.count, &found) == 0, found != nil else { return nil }
    return String(cString: entry.pw_name)
  }

  /// The numbers of a user and of his group; nil where there is no such user.
  public static func named(_ name: String) -> (user: uid_t, group: gid_t)? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var text = [CChar](repeating: 0, count: 16 << 10)
    guard getpwnam_r(name, &entry, &text, text.count, &found) == 0, found != nil else { return nil }
    return (entry.pw_uid, entry.pw_gid)
  }

  /// Whether a group has the user's name and no other member. Never root's: containers run any user in it.
  public static func isPrivate(_ id: gid_t, of user: uid_t) -> Bool {
    var entry = group()
    var found: UnsafeMutablePointer<group>?
    var text = [CChar](repeating: 0, count: 16 << 10)
    guard user != 0, getgrgid_r(id, &entry, &text, text.count, &found) == 0, found != nil else { return false }
    let user = name(of: user)
    var member = entry.gr_mem
    while let name = member?.pointee {
      if String(cString: name) != user { return false }
      member = member?.advanced(by: 1)
    }
    return String(cString: entry.gr_name) == user
  }

  /// Whether this process is in a group. For root only in its own, for a user in those whose company he has chosen.
  public static func isOurs(_ group: gid_t) -> Bool {
    if group == 0 { return true }
    if geteuid() == 0 { return false }
    if group == getegid() { return true }
    var groups = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
    let count = getgroups(Int32(groups.count), &groups)
    return groups.prefix(max(0, Int(count))).contains(group)
  }
}
