import Platform

/// What to do with a file that is there already.
public enum Existing: Sendable {
  /// Leave it and throw `archive.exists`.
  case refuse
  /// Put the finished file in its place; a leftover `.partial` is removed at once.
  case replace
}

/// A file that takes its name only when it is complete and synced. Until then it is called `<name>.partial`, and stays
/// so, for inspection or to go on with, when nobody publishes or discards it.
struct PartialFile: ~Copyable {
  static let suffix = ".partial"

  private let folder: Descriptor
  private let component: String
  private let existing: Existing
  private(set) var file: Descriptor

  init(file: consuming Descriptor, component: String, in folder: consuming Descriptor, existing: Existing) {
    self.file = file
    self.component = component
    self.folder = folder
    self.existing = existing
  }

  /// Creates `<component>.partial` in `folder`, mode 0600. A symbolic link under either name is refused.
  /// - Parameter name: what messages call the file.
  init(
    creating component: String, in folder: consuming Descriptor, name: String, existing: Existing
  ) throws(ArchiveError) {
    try Self.check(component, in: folder, name: name, existing: existing)
    let partial = component + Self.suffix
    if existing == .replace, let status = try folder.status(of: partial) {
      guard !status.isLink else { throw .link(name + Self.suffix) }
      try folder.remove(partial, name: name + Self.suffix, "remove the leftover")
    }
    let file = try Descriptor(creating: partial, in: folder, name: name + Self.suffix)
    // What is durable in a file is lost all the same when the folder forgot its name.
    try folder.sync()
    self.init(file: file, component: component, in: folder, existing: existing)
  }

  /// Creates `<path>.partial` for a file of the user's.
  /// - Throws: `archive.name` also for what names no file: `''`, `/`, `folder/`.
  init(path: String, existing: Existing) throws(ArchiveError) {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let component = parts.last.map { String(Substring($0)) } ?? ""
    guard !["", ".", ".."].contains(component) else {
      throw ArchiveError(.name, "names no file", file: path, remedy: "name the file to write, or - for standard output")
    }
    let parent = String(Substring(path.utf8.dropLast(component.utf8.count)))
    try self.init(
      creating: component, in: Descriptor(folder: parent.isEmpty ? "." : parent), name: path, existing: existing)
  }

  /// Opens `<component>.partial` in `folder` to go on at its end; nil when there is none.
  /// - Parameter reopening: whether a file that has its final name already takes the partial one again.
  static func resuming(
    _ component: String, in folder: consuming Descriptor, name: String, reopening: Bool
  ) throws(ArchiveError) -> PartialFile? {
    try check(component, in: folder, name: name, existing: reopening ? .replace : .refuse)
    let partial = try folder.status(of: component + suffix)
    let named = try folder.status(of: component)
    if reopening, let partial, let named, partial.isSameFile(as: named) {
      // It ended between being given its name and losing the partial one. As long as a file has both, `rename` does nothing.
      try folder.remove(component, name: name)
      try folder.sync()
    }
    if reopening, partial == nil, named != nil {
      try folder.rename(component, to: component + suffix, name: name)
      try folder.sync()
    }
    guard let file = try Descriptor.resuming(component + suffix, in: folder, name: name + suffix) else { return nil }
    return PartialFile(file: file, component: component, in: folder, existing: .replace)
  }

  /// Syncs, closes, renames, syncs the folder: after this the file is there whole, whatever happens next.
  mutating func publish() throws(ArchiveError) {
    try file.sync()
    try file.close()
    let name = String(file.name.dropLast(Self.suffix.count))
    try Self.check(component, in: folder, name: name, existing: existing)
    let isNamed = existing == .refuse ? try takeFreeName(name) : false
    if !isNamed { try folder.rename(component + Self.suffix, to: component, name: file.name) }
    try folder.sync()
  }

  /// Gives the file its name unless another took it since we looked: `link` cannot overwrite, `rename` would.
  /// - Returns: false where the file system has no hard links.
  private borrowing func takeFreeName(_ name: String) throws(ArchiveError) -> Bool {
    do throws(ArchiveError) {
      try folder.link(component + Self.suffix, to: component, name: name)
    } catch {
      if error.kind == .exists { throw error }
      return false
    }
    try? folder.remove(component + Self.suffix, name: name)
    return true
  }

  /// Closes the file and leaves it under its partial name.
  mutating func close() throws(ArchiveError) { try file.close() }

  /// Removes the partial file.
  mutating func discard() {
    try? folder.remove(component + Self.suffix, name: file.name)
  }

  private static func check(
    _ component: String, in folder: borrowing Descriptor, name: String, existing: Existing
  ) throws(ArchiveError) {
    guard let status = try folder.status(of: component) else { return }
    guard !status.isLink else { throw .link(name) }
    guard status.isFile else { throw ArchiveError(.symlink, "is no regular file", file: name) }
    if existing == .refuse { throw .exists(name) }
  }
}
