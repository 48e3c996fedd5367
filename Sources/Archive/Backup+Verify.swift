import Platform

extension Backup {
  /// Reads every archive of the run and compares it with the manifest: the chain of lines, the hash of each frame as
  /// it lies in the file, that it decodes, the hash of what it decodes to, the seek table, the size, and the hashes of
  /// the whole file and the whole source.
  ///
  /// Damage is reported, not thrown, so that one damaged frame does not hide another.
  /// - Parameter progress: called after each frame.
  public static func verify(
    _ folder: RunFolder, progress: (Progress) -> Void = { _ in }
  ) throws(CancellationError) -> BackupReport {
    var report = BackupReport()
    let manifest: Manifest
    do throws(ArchiveError) {
      manifest = try Manifest.read(in: folder)
      report.problems += try unlisted(in: folder, manifest: manifest)
    } catch {
      report.problems.append(error)
      return report
    }
    var state = Progress(archive: "", done: 0, total: 0)
    let total = manifest.archives.reduce(0) { $0 + ($1.summary?.bytes ?? 0) }
    for archive in manifest.archives {
      state = Progress(archive: archive.name, done: state.done, total: total)
      var check = ArchiveCheck(archive)
      do {
        try check.run(in: folder) { bytes in
          state.done += bytes
          progress(state)
        }
      } catch let error as ArchiveError {
        check.problems.append(error)
      } catch {
        throw CancellationError()
      }
      report.archives.append(check.result)
      report.problems += check.problems
    }
    return report
  }

  /// Files in the folder of archives that the manifest does not name; what is unfinished is called that.
  private static func unlisted(in folder: RunFolder, manifest: Manifest) throws(ArchiveError) -> [ArchiveError] {
    let known = Set(manifest.archives.map(\.name))
    return try folder.files()
      .filter { RunLayout.isArchive($0) && !known.contains($0) }
      .map { name in
        RunLayout.isPartial(name)
          ? .unfinished(name, of: folder) : ArchiveError(.unlisted, "is not in the manifest", file: name)
      }
  }
}

/// The check of one archive.
private struct ArchiveCheck: ~Copyable {
  let archive: Manifest.Archive
  var result: BackupReport.Archive
  var problems: [ArchiveError] = []
  private var wholeHash = RunningSHA256()
  private var packedHash = RunningSHA256()

  init(_ archive: Manifest.Archive) {
    self.archive = archive
    result = BackupReport.Archive(
      name: archive.name, frames: archive.frames.count, bytes: archive.frames.last?.raw.upperBound ?? 0)
  }

  mutating func run(in folder: RunFolder, progress: (Int64) -> Void) throws {
    guard let summary = archive.summary else {
      throw ArchiveError(.manifest, "the manifest has no closing line for it", file: archive.name)
    }
    guard let file = try folder.openFile(FileName(archive.name)) else {
      throw ArchiveError(.missing, "is not there, but the manifest names it", file: archive.name)
    }
    let size = try file.status().size
    if size != summary.packedBytes {
      let change = size < summary.packedBytes ? "cut short" : "added to"
      fail("was \(change): it has \(size) bytes, not \(summary.packedBytes)")
    }
    let decoder = try FrameDecoder()
    for frame in archive.frames {
      if Task.isCancelled { throw CancellationError() }
      // Behind the end every frame is lost, which the first one says.
      guard try check(frame, from: file, size: size, with: decoder) else { return }
      progress(Int64(frame.raw.count))
    }
    try checkTable(of: file, summary: summary)
    // Where something is lost already, the hashes over everything say nothing new.
    guard problems.isEmpty else { return }
    if let expected = summary.sha256, wholeHash.sum != expected {
      fail("the hash of the whole source does not match")
    }
    if packedHash.sum != summary.packedSHA256 { fail("the hash of the whole file does not match") }
  }

  /// - Returns: false when the file ends in this frame.
  private mutating func check(
    _ frame: Frame, from file: borrowing Descriptor, size: Int64, with decoder: FrameDecoder
  ) throws(ArchiveError) -> Bool {
    do throws(ArchiveError) {
      let (raw, packed) = try decoder.verified(frame, from: file)
      if archive.summary?.sha256 != nil { wholeHash.update(raw) }
      packedHash.update(packed)
      result.sound += 1
    } catch  where error.kind == .damaged {
      problems.append(error)
    }
    return frame.packed.upperBound <= size
  }

  private mutating func checkTable(of file: borrowing Descriptor, summary: ArchiveSummary) throws(ArchiveError) {
    var table = SeekTable()
    for frame in archive.frames { table.append(packed: frame.packed.count, raw: frame.raw.count) }
    let expected = table.encoded
    let start = archive.frames.last?.packed.upperBound ?? 0
    var actual = [UInt8](repeating: 0, count: expected.count)
    guard try file.fill(&actual, at: start), actual == expected else {
      return fail("its seek table is damaged; the frames before it can be restored", remedy: "restore from the frames")
    }
    actual.withUnsafeBytes { packedHash.update($0) }
  }

  private mutating func fail(_ message: String, remedy: String? = nil) {
    problems.append(ArchiveError(.damaged, message, file: archive.name, remedy: remedy))
  }
}
