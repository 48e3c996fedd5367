import Platform

/// Writes `manifest.jsonl`: a line per durable frame, each with the hash of the line before.
///
/// The file is called `manifest.jsonl.partial` until `finish`. A line is one `write`; what must survive a crash is asked
/// for with `sync`. After an error every later call throws the same error. Not Sendable: one owner at a time.
public final class ManifestWriter {
  private var output: PartialFile
  private var checker: ManifestChecker
  private var failure: ArchiveError?

  /// Starts a manifest.
  /// - Throws: `archive.exists` when there is one and `existing` does not allow replacing it.
  public init(in folder: RunFolder, existing: Existing = .refuse) throws(ArchiveError) {
    output = try folder.createFile(FileName(RunLayout.manifest), existing: existing)
    checker = ManifestChecker()
  }

  /// Goes on with the manifest of a run that did not finish: checks its lines and cuts off a torn last one, and the
  /// closing line where there is one. Starts a manifest where there is none.
  /// - Throws: `archive.manifest` when one of its whole lines is broken.
  public init(resuming folder: RunFolder) throws(ArchiveError) {
    guard let partial = try folder.resumeFile(FileName(RunLayout.manifest), reopening: true) else {
      output = try folder.createFile(FileName(RunLayout.manifest), existing: .refuse)
      checker = ManifestChecker()
      return
    }
    var scan = try Manifest.scan(partial.file)
    let isClosed = scan.checker.manifest.isComplete
    if isClosed { scan = try Manifest.scan(partial.file, lines: scan.checker.manifest.lines - 1) }
    if isClosed || scan.tail > 0 {
      try partial.file.truncate(to: scan.end)
      try partial.file.sync()
    }
    output = partial
    checker = scan.checker
  }

  /// What was written so far.
  public var manifest: Manifest { checker.manifest }

  /// Adds a durable frame of `archive`. A frame that is there already, from before a resume, is passed over.
  public func append(_ frame: Frame, of archive: String) throws(ArchiveError) {
    if let frames = manifest[archive]?.frames, frames.indices.contains(frame.number), frames[frame.number] == frame {
      return
    }
    try write(.frame(archive: archive, frame))
  }

  /// Adds an archive's closing line. One that is there already, from before a resume, is passed over.
  public func append(_ summary: ArchiveSummary) throws(ArchiveError) {
    if manifest[summary.archive]?.summary == summary { return }
    try write(.archiveEnd(summary))
  }

  /// Returns when every line written so far is on the device.
  public func sync() throws(ArchiveError) {
    try attempt { () throws(ArchiveError) in try output.file.syncData() }
  }

  /// Writes the closing line, syncs, and gives the file its name. Every archive must be closed.
  public func finish() throws(ArchiveError) {
    try write(.end(lines: checker.manifest.lines + 1, archives: checker.manifest.archives.count))
    try attempt { () throws(ArchiveError) in try output.publish() }
  }

  /// The checker that readers use sees every line first: what they would refuse is never written.
  private func write(_ content: ManifestLine.Content) throws(ArchiveError) {
    try attempt { () throws(ArchiveError) in
      let line = ManifestLine(number: checker.manifest.lines + 1, content: content, previous: checker.last)
      var bytes = Array(line.text.utf8)
      bytes.append(UInt8(ascii: "\n"))
      try bytes.withUnsafeBufferPointer { (bytes) throws(ArchiveError) in
        let bytes = UnsafeRawBufferPointer(bytes)
        try checker.accept(UnsafeRawBufferPointer(rebasing: bytes.dropLast()))
        try output.file.write(bytes)
      }
    }
  }

  private func attempt(_ body: () throws(ArchiveError) -> Void) throws(ArchiveError) {
    if let failure { throw failure }
    do throws(ArchiveError) { try body() } catch {
      failure = error
      throw error
    }
  }
}
