internal import Platform

/// An open source, or a folder on the way to it.
typealias SourceDescriptor = Descriptor<Errno>

/// Where a source lies: a name in an open folder.
///
/// Where the source must stay inside a directory, its symbolic links are resolved once, and the result is walked without
/// following any: whatever is put in its way meanwhile, nothing outside is opened.
struct SourcePlace: ~Copyable {
  private let folder: SourceDescriptor
  private let name: String
  private let followsLinks: Bool

  /// Wherever links lead.
  init(_ path: String) {
    folder = .workingFolder
    name = path
    followsLinks = true
  }

  /// - Returns: nil where a link leads out of `directory`.
  init?(_ path: String, within directory: String) throws(Errno) {
    let (root, real) = (try Self.resolved(directory), try Self.resolved(path))
    guard real.count > root.count, real.starts(with: root), let last = real.last else { return nil }
    var folder = try SourceDescriptor(lookingUpIn: "/" + root.joined(separator: "/"))
    for component in real[root.count...].dropLast() {
      folder = try SourceDescriptor(lookingUpIn: component, of: folder)
    }
    self.folder = folder
    name = last
    followsLinks = false
  }

  func status() throws(Errno) -> FileStatus {
    guard let status = try folder.status(of: name, followingLinks: followsLinks) else {
      throw .noSuchFileOrDirectory
    }
    return status
  }

  /// Opens a file or a named pipe. A pipe is not waited for here, where nobody could end that, but when it is read:
  /// until somebody has written to it and closed it, `read` finds neither bytes nor an end.
  func open(isPipe: Bool) throws(Errno) -> SourceDescriptor {
    var flags = O_RDONLY | O_NOCTTY
    if !followsLinks { flags |= O_NOFOLLOW }
    #if os(Linux)
      // Elsewhere the end of a pipe is seen before its first writer.
      if isPipe { flags |= O_NONBLOCK }
    #endif
    while true {
      do throws(Errno) {
        let file = try SourceDescriptor(name, in: folder, flags, name: name)
        file.expectReadingInOrder()
        return file
      } catch {
        guard error == .interrupted else { throw error }
      }
    }
  }

  /// The components of a path without links.
  private static func resolved(_ path: String) throws(Errno) -> [String] {
    guard let real = realpath(path, nil) else { throw .last }
    defer { free(real) }
    return String(cString: real).utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }
}
