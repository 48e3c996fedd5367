import Platform

/// `SHA256SUMS`, the list that `sha256sum -c` checks with no tool of ours.
public enum Checksums {
  private static let name = RunLayout.checksums

  /// Writes the list over every file of the run folder except itself, in the order of their names, atomically.
  /// - Parameter known: hashes that need not be computed again: those of archives just written.
  /// - Throws: `ArchiveError`; `CancellationError` when the task is cancelled, and no list is written.
  public static func write(in folder: RunFolder, known: [String: SHA256Sum] = [:]) throws {
    var text = ""
    for name in try folder.files() where !isOwn(name) {
      let computed = known[name] == nil ? try sum(of: name, in: folder) : known[name]
      guard let computed else {
        throw ArchiveError(.missing, "was removed while the checksums were computed", file: name)
      }
      text += "\(computed)  \(name)\n"
    }
    try folder.write(text, to: name)
  }

  /// Puts one file's hash right in a list that is there, without looking at the others. Where there is no list, none is
  /// made.
  /// - Throws: as `write`.
  public static func update(_ file: String, in folder: RunFolder) throws {
    guard try folder.hasFile(name) else { return }
    guard let sum = try sum(of: file, in: folder) else { throw ArchiveError(.missing, "is not there", file: file) }
    var listed = try read(in: folder).filter { $0.name != file }
    let place = listed.firstIndex { file.utf8.lexicographicallyPrecedes($0.name.utf8) } ?? listed.endIndex
    listed.insert((file, sum), at: place)
    try folder.write(listed.map { "\($0.sum)  \($0.name)\n" }.joined(), to: name)
  }

  /// Checks every file of the list, and that no file is missing from it.
  /// - Returns: what does not match; empty when all is well.
  /// - Throws: `archive.missing` when there is no list, `archive.damaged` when it is no such list or names no file;
  ///   `CancellationError` when the task is cancelled.
  public static func verify(in folder: RunFolder) throws -> [ArchiveError] {
    let listed = try read(in: folder)
    var problems: [ArchiveError] = []
    for (name, expected) in listed {
      do {
        let actual = try sum(of: name, in: folder)
        if actual == nil { problems.append(ArchiveError(.missing, "is not there", file: name)) }
        if let actual, actual != expected { problems.append(otherHash(name)) }
      } catch let error as ArchiveError {
        problems.append(error)
      }
    }
    let names = Set(listed.map(\.name))
    for name in try folder.files() where !names.contains(name) && !isOwn(name) {
      problems.append(unlisted(name))
    }
    return problems
  }

  /// Whether the list has the hash of a file with this content; false where there is no list yet.
  /// - Throws: `archive.damaged` when it has another hash, `archive.unlisted` when it has none.
  public static func have(_ content: [UInt8], of file: String, in folder: RunFolder) throws(ArchiveError) -> Bool {
    guard try folder.hasFile(name) else { return false }
    guard let expected = try read(in: folder).first(where: { $0.name == file })?.sum else { throw unlisted(file) }
    guard content.withUnsafeBytes({ SHA256Sum(of: $0) }) == expected else { throw otherHash(file) }
    return true
  }

  private static func otherHash(_ file: String) -> ArchiveError {
    ArchiveError(.damaged, "does not have the hash that \(name) has", file: file)
  }

  private static func unlisted(_ file: String) -> ArchiveError {
    ArchiveError(.unlisted, "is not in \(name)", file: file)
  }

  private static func isOwn(_ name: String) -> Bool { name == Self.name || name == RunLayout.partial(Self.name) }

  private static func read(in folder: RunFolder) throws(ArchiveError) -> [(name: String, sum: SHA256Sum)] {
    guard let bytes = try folder.read(name) else { throw ArchiveError(.missing, "is not there", file: name) }
    guard bytes.last == UInt8(ascii: "\n") else {
      throw ArchiveError(.damaged, "is empty, or its last line is torn", file: name)
    }
    var listed: [(name: String, sum: SHA256Sum)] = []
    for line in bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      guard let sum = SHA256Sum(hex: line.prefix(64)), line.dropFirst(64).starts(with: "  ".utf8) else {
        throw ArchiveError(.damaged, "is no line of a hash and a name", file: name, line: listed.count + 1)
      }
      listed.append((String(decoding: line.dropFirst(66), as: UTF8.self), sum))
    }
    return listed
  }

  /// The hash of a file; nil when it is not there.
  private static func sum(of name: String, in folder: RunFolder) throws -> SHA256Sum? {
    guard let file = try folder.openFile(FileName(listed: name)) else { return nil }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    var hash = RunningSHA256()
    var offset: Int64 = 0
    while true {
      try Task.checkCancellation()
      let count = try file.read(into: buffer, at: offset)
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += Int64(count)
      if count < buffer.count { return hash.sum }
    }
  }
}
