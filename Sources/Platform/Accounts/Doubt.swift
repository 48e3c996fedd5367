/// Who, beside this user and root, can change a file, link or folder: what it says, or leads to, is not to be believed.
public enum Doubt: Equatable, Sendable {
  case owner(uid_t)
  case everyone
  case group(gid_t)

  /// The groups whose members may write: they are taken for this user himself.
  public enum Company: Sendable {
    /// The owner's private group, which some systems give every user.
    case privateGroup
    /// The groups of this process.
    case ownGroups
  }
}

extension FileStatus {
  /// - Parameter allowsSticky: whether a sticky folder may be open to others, as nobody can replace in it what is not his
  ///   own.
  /// - Returns: nil where only this user and root can change it.
  public func doubt(allowsSticky: Bool, trusting company: Doubt.Company) -> Doubt? {
    guard owner == 0 || owner == geteuid() else { return .owner(owner) }
    // The mode of a link means nothing.
    if isLink || allowsSticky && isFolder && permissions & UInt32(S_ISVTX) != 0 { return nil }
    if permissions & UInt32(S_IWOTH) != 0 { return .everyone }
    if permissions & UInt32(S_IWGRP) == 0 { return nil }
    let isTrusted =
      switch company {
      case .privateGroup: Account.isPrivate(group, of: owner)
      case .ownGroups: Account.isOurs(group)
      }
    return isTrusted ? nil : .group(group)
  }
}
