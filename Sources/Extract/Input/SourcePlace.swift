#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Where a source lies: a name in an open folder.
///
/// Where the source must stay inside a directory, its symbolic links are resolved once, and the result is walked without
/// following any: whatever is put in its way meanwhile, nothing outside is opened.
struct SourcePlace: ~Copyable {
  private let folder: SourceDescriptor?
  private let name: String
  private let followsLinks: Bool

  /// Wherever links lead.
  init(_ path: String) {
    folder = nil
    name = path
    followsLinks = true
  }

  /// - Returns: nil where a link leads out of `directory`.
  init?(_ path: String, within directory: String) throws(SystemError) {
    let (root, real) = (try Self.resolved(directory), try Self.resolved(path))
    guard real.count > root.count, real.starts(with: root), let last = real.last else { return nil }
    var folder = try SourceDescriptor(folder: "/" + root.joined(separator: "/"))
    for component in real[root.count...].dropLast() {
      folder = try SourceDescriptor(folder: component, in: folder)
    }
    self.folder = consume folder
    name = last
    followsLinks = false
  }

  func status() throws(SystemError) -> FileStatus {
    try FileStatus(at: name, in: folderNumber, followingLinks: followsLinks)
  }

  /// - Parameter isPipe: it is not waited for.
  func open(isPipe: Bool) throws(SystemError) -> SourceDescriptor {
    try SourceDescriptor(opening: name, in: folderNumber, followingLinks: followsLinks, isPipe: isPipe)
  }

  private var folderNumber: Int32 {
    switch folder {
    case .some(let folder): folder.number
    case .none: AT_FDCWD
    }
  }

  /// The components of a path without links.
  private static func resolved(_ path: String) throws(SystemError) -> [String] {
    guard let real = realpath(path, nil) else { throw SystemError.last }
    defer { free(real) }
    return String(cString: real).utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }
}
