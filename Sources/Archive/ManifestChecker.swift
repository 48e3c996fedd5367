internal import Records

/// Takes the lines of a manifest one by one and says at which one it breaks. No I/O.
struct ManifestChecker {
  private(set) var manifest = Manifest()
  /// The hash of the last line: what the next one must name.
  private(set) var last = SHA256Sum.zero
  private var indexes: [String: Int] = [:]
  /// The sizes of all sources together.
  private var bytes: Int64 = 0

  /// Takes the next line, without its newline.
  mutating func accept(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    guard !manifest.isComplete else { throw broken("it stands behind the closing line") }
    guard bytes.count <= ManifestLine.largestSize, let line = ManifestLine(bytes) else {
      throw broken("it is no line of a manifest as we write it")
    }
    guard line.number == manifest.lines + 1 else {
      throw broken("it says that it is line \(line.number): lines were swapped, repeated or removed")
    }
    guard line.previous == last else {
      throw broken("it does not have the hash of the line before: one of the two was changed")
    }
    try accept(line.content)
    manifest.lines += 1
    last = SHA256Sum(of: bytes)
  }

  /// Checks that nothing is missing at the end.
  func finish() throws(ArchiveError) {
    guard manifest.isComplete else { throw broken("the closing line is not there: the manifest was cut short") }
  }

  func broken(_ why: String) -> ArchiveError {
    ArchiveError(.manifest, "the manifest breaks here: \(why)", file: RunLayout.manifest, line: manifest.lines + 1)
  }

  private mutating func accept(_ content: ManifestLine.Content) throws(ArchiveError) {
    switch content {
    case .frame(let name, let frame): try accept(frame, of: name)
    case .archiveEnd(let summary): try accept(summary)
    case .end(let lines, let archives):
      guard lines == manifest.lines + 1, archives == manifest.archives.count else {
        throw broken("it closes \(lines) lines and \(archives) archives, but other numbers stand before it")
      }
      if let open = manifest.archives.first(where: { $0.summary == nil }) {
        throw broken("it closes the manifest, but \(open.name) is not closed")
      }
      manifest.isComplete = true
    }
  }

  private mutating func accept(_ frame: Frame, of name: String) throws(ArchiveError) {
    let index = try index(of: name)
    let last = manifest.archives[index].frames.last
    guard frame.number == manifest.archives[index].frames.count, frame.raw.lowerBound == last?.raw.upperBound ?? 0,
      frame.packed.lowerBound == last?.packed.upperBound ?? 0, !frame.raw.isEmpty, !frame.packed.isEmpty
    else { throw broken("its frame does not follow on the frame before") }
    guard let bytes = bytes.adding(count: Int64(frame.raw.count)) else {
      throw broken("its frames hold more than sources can have")
    }
    self.bytes = bytes
    manifest.archives[index].frames.append(frame)
  }

  private mutating func accept(_ summary: ArchiveSummary) throws(ArchiveError) {
    let index = try index(of: summary.archive)
    let archive = manifest.archives[index]
    let packed = archive.frames.last?.packed.upperBound ?? 0
    guard summary.frames == archive.frames.count, summary.bytes == archive.frames.last?.raw.upperBound ?? 0,
      summary.packedBytes > packed
    else { throw broken("its totals are not those of the frames before it") }
    manifest.archives[index].summary = summary
  }

  /// The place of an archive that is not closed yet; a first mention opens it.
  private mutating func index(of name: String) throws(ArchiveError) -> Int {
    if let index = indexes[name] {
      guard manifest.archives[index].summary == nil else { throw broken("\(name) is closed already") }
      return index
    }
    guard (try? FileName(name)) != nil else { throw broken("its archive's name leaves the run folder") }
    indexes[name] = manifest.archives.count
    manifest.archives.append(Manifest.Archive(name: name, frames: [], summary: nil))
    return manifest.archives.count - 1
  }
}
