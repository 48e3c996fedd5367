import Platform

extension RunFolder {
  /// Writes a small file whole: under a temporary name, synced, renamed, the folder synced. Readers see the old
  /// content or the new one, never a part.
  public func write(_ bytes: UnsafeRawBufferPointer, to name: String) throws(ArchiveError) {
    var partial = try createFile(FileName(name), existing: .replace)
    do throws(ArchiveError) {
      try partial.file.write(bytes)
      try partial.publish()
    } catch {
      partial.discard()
      throw error
    }
  }

  /// Writes a small file whole, as the other `write` does.
  public func write(_ text: String, to name: String) throws(ArchiveError) {
    try write(Array(text.utf8), to: name)
  }

  /// Writes a small file whole, as the other `write` does.
  public func write(_ bytes: [UInt8], to name: String) throws(ArchiveError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(ArchiveError) in
      try write(UnsafeRawBufferPointer(bytes), to: name)
    }
  }

  /// Reads a small file whole; nil when there is none.
  /// - Throws: `archive.read` when it has more than `limit` bytes.
  public func read(_ name: String, limit: Int = 16 << 20) throws(ArchiveError) -> [UInt8]? {
    try openFile(FileName(name))?.contents(limit: limit)
  }

  /// Reads a small file whole, as `read` does.
  /// - Throws: `archive.untrusted` where somebody else can have written it or its folder.
  public func readTrusted(_ name: String, limit: Int = 16 << 20) throws(ArchiveError) -> [UInt8]? {
    try checkTrust()
    guard let file = try openFile(FileName(name)) else { return nil }
    try Trust.check(file.status(), "\(path)/\(name)")
    return try file.contents(limit: limit)
  }

  /// The names of all files in the folder and beneath it, in the order of their bytes.
  /// - Throws: `archive.symlink` for anything that is neither a regular file nor a folder.
  public func files() throws(ArchiveError) -> [String] {
    var names: [String] = []
    try collect(folder([], creating: false), prefix: "", into: &names)
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func collect(
    _ folder: consuming Descriptor, prefix: String, into names: inout [String]
  ) throws(ArchiveError) {
    for bytes in try folder.entries() {
      let component = String(decoding: bytes, as: UTF8.self)
      let name = prefix + component
      guard let status = try folder.status(of: component) else { continue }
      if status.isFolder {
        try collect(Descriptor(folder: component, in: folder, name: name), prefix: name + "/", into: &names)
      } else if status.isFile {
        names.append(name)
      } else {
        throw ArchiveError(.symlink, "is neither a regular file nor a folder", file: name)
      }
    }
  }
}
