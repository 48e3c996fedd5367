import Platform

/// What a manifest says: the frames of each archive of a run.
public struct Manifest: Sendable {
  private static let name = RunLayout.manifest

  public struct Archive: Sendable {
    public let name: String
    public internal(set) var frames: [Frame]
    /// What its closing line states; nil while the archive is being written.
    public internal(set) var summary: ArchiveSummary?
  }

  /// In the order in which they first appear.
  public internal(set) var archives: [Archive] = []
  /// How many whole lines it has.
  public internal(set) var lines = 0
  /// Whether its closing line is there.
  public internal(set) var isComplete = false

  public subscript(name: String) -> Archive? { archives.first { $0.name == name } }

  /// Reads the finished manifest of a run and checks it line by line: numbers, the chain of hashes, that frames lie
  /// end to end, that each archive and the manifest itself are closed.
  /// - Throws: `archive.missing` when there is none, `archive.manifest` with the line at which it breaks.
  public static func read(in folder: RunFolder) throws(ArchiveError) -> Manifest {
    guard let file = try folder.openFile(FileName(name)) else {
      let isUnfinished = try folder.openFile(FileName(RunLayout.partial(name))) != nil
      throw isUnfinished ? .unfinished(name, of: folder) : ArchiveError(.missing, "is not there", file: name)
    }
    let scan = try scan(file)
    guard scan.tail == 0 else {
      throw ArchiveError(
        .manifest, "its last line is torn: it has no newline", file: name, line: scan.checker.manifest.lines + 1)
    }
    try scan.checker.finish()
    return scan.checker.manifest
  }

  /// Reads what there is of the manifest of a run that did not finish; a torn last line is passed over.
  /// - Returns: nil when there is none.
  public static func readUnfinished(in folder: RunFolder) throws(ArchiveError) -> Manifest? {
    guard let file = try folder.openFile(FileName(RunLayout.partial(name))) else { return nil }
    return try scan(file).checker.manifest
  }
}

// MARK: - Scanning

extension Manifest {
  /// What is known after reading a manifest's lines.
  struct Scan {
    var checker = ManifestChecker()
    /// Where the last whole line ends.
    var end: Int64 = 0
    /// How many bytes follow it.
    var tail: Int64 = 0
  }

  /// - Parameter limit: how many lines to read.
  static func scan(_ file: borrowing Descriptor, lines limit: Int = .max) throws(ArchiveError) -> Scan {
    var scan = Scan()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try file.read(into: buffer, at: scan.end)
      var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])[...]
      while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = UnsafeRawBufferPointer(rebasing: rest[..<newline])
        if scan.checker.manifest.lines == limit { return scan }
        try scan.checker.accept(line)
        scan.end += Int64(line.count + 1)
        rest = rest[(newline + 1)...]
      }
      guard rest.count < buffer.count else { throw scan.checker.broken("it is too long for a line of a manifest") }
      if count < buffer.count {
        scan.tail = Int64(rest.count)
        return scan
      }
    }
  }
}
