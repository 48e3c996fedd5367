import Foundation
import Testing

@testable import Archive

@Suite struct BackupRestoreTests {
  static let name = "backup/events.json.zst"

  @Test(
    "a restored file equals its source", arguments: [0, 1, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, 10 << 20],
    [true, false])
  func restore(size: Int, hashesWhole: Bool) throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let source = sample(size, seed: UInt64(size + 7))
    let summary = try backUp([(Self.name, source)], in: folder, hashesWhole: hashesWhole)[0]
    let path = scratch.path + "/restored.json"
    var last: Int64 = 0
    #expect(try Backup.restore(Self.name, of: folder, to: .file(path), progress: { last = $0.done }) == summary)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == source)
    #expect(try scratch.mode(path) == 0o600)
    #expect(last == Int64(size))
    let report = try Backup.verify(folder)
    #expect(report.verdict == .passed)
    #expect(report.archives.map(\.sound) == [summary.frames])
  }

  @Test("a file that is there is refused unless replacing it was asked for, and a link is never followed")
  func overwriting() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([(Self.name, Array("new".utf8))], in: folder)
    let path = scratch.path + "/out.json"
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    #expect(archiveError { try Backup.restore(Self.name, of: folder, to: .file(path)) }?.kind == .exists)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    try Backup.restore(Self.name, of: folder, to: .file(path, existing: .replace))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    let link = scratch.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    let refused = archiveError { try Backup.restore(Self.name, of: folder, to: .file(link, existing: .replace)) }
    #expect(refused?.kind == .symlink)
  }

  @Test("an archive can be written to an open descriptor, which stays open")
  func descriptor() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let source = sample(5000)
    try backUp([(Self.name, source)], in: folder, frameSize: 1000)
    let path = scratch.path + "/out"
    let raw = open(path, O_RDWR | O_CREAT, 0o600)
    defer { close(raw) }
    try Backup.restore(Self.name, of: folder, to: .descriptor(raw))
    #expect(fcntl(raw, F_GETFD) >= 0)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == source)
  }

  @Test("a damaged frame ends a restore, and leaves no file")
  func damaged() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([(Self.name, sample(5000))], in: folder, frameSize: 1000)
    var bytes = try folder.bytes(of: Self.name)
    bytes[bytes.count / 2] ^= 1
    try folder.overwrite(Self.name, with: bytes)
    let error = archiveError { try Backup.restore(Self.name, of: folder, to: .file(scratch.path + "/out")) }
    #expect(error?.kind == .damaged)
    #expect(error?.frame != nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["runs"])
  }

  @Test("an archive that no manifest names cannot be restored")
  func unknown() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([(Self.name, [1])], in: folder)
    let error = archiveError { try Backup.restore("backup/other.zst", of: folder, to: .file(scratch.path + "/out")) }
    #expect(error?.kind == .missing)
  }

  @Test("a cancelled task ends a restore without a file and a check without a verdict")
  func cancelled() async throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([(Self.name, sample(5000))], in: folder, frameSize: 1000)
    let path = scratch.path + "/out"
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      #expect(throws: CancellationError.self) { try Backup.restore(Self.name, of: folder, to: .file(path)) }
      #expect(throws: CancellationError.self) { _ = try Backup.verify(folder) }
    }
    await task.value
    #expect(!FileManager.default.fileExists(atPath: path + ".partial"))
  }

  @Test("runs are listed with their archives, and unfinished ones with the reason")
  func list() throws {
    let scratch = try Scratch()
    let summaries = try backUp([(Self.name, sample(3000))], in: scratch.run("b"), frameSize: 1000)
    _ = try ManifestWriter(in: scratch.run("a"))
    _ = try scratch.run("empty")
    try Data().write(to: URL(fileURLWithPath: scratch.path + "/runs/file"))
    let listings = try Backup.list(in: scratch.path + "/runs")
    #expect(listings.map(\.run) == ["a", "b"])
    #expect(listings[0].problem?.message == "is unfinished, as the run is")
    #expect(listings[1].archives == summaries)
    #expect(listings[1].problem == nil)
  }
}

@Suite struct BackupVerifyTests {
  static let name = "backup/events.json.zst"

  private func run(_ scratch: Scratch) throws -> (folder: RunFolder, frames: [Frame], bytes: [UInt8]) {
    let folder = try scratch.run()
    try backUp([(Self.name, sample(2300))], in: folder, frameSize: 500)
    let frames = try #require(try Manifest.read(in: folder)[Self.name]).frames
    return (folder, frames, try folder.bytes(of: Self.name))
  }

  @Test("a flipped bit in any byte of an archive is found, and its frame named with its range")
  func flipped() throws {
    let scratch = try Scratch()
    let (folder, frames, bytes) = try run(scratch)
    for place in bytes.indices {
      var report = BackupReport()
      try folder.withByte(place, of: Self.name, flippedBy: 1 << UInt8(place % 8)) {
        report = try Backup.verify(folder)
      }
      let hit = frames.first { $0.packed.contains(Int64(place)) }
      #expect(report.verdict == .failed, "byte \(place)")
      #expect(report.problems.count == 1)
      #expect(report.problems.first?.kind == .damaged)
      #expect(report.problems.first?.frame == hit?.number, "byte \(place)")
      #expect(report.problems.first?.range == hit?.raw)
      #expect(report.problems.first?.file == Self.name)
      #expect(report.archives.first?.sound == (hit == nil ? frames.count : frames.count - 1))
    }
  }

  @Test("every damaged frame is reported, not only the first")
  func severalFrames() throws {
    let scratch = try Scratch()
    let (folder, frames, bytes) = try run(scratch)
    var changed = bytes
    for number in [1, 3] { changed[Int(frames[number].packed.lowerBound) + 9] ^= 1 }
    try folder.overwrite(Self.name, with: changed)
    let report = try Backup.verify(folder)
    #expect(report.problems.map(\.frame) == [1, 3])
    #expect(report.problems.first?.place == "backup/events.json.zst, frame 1 (bytes 500..<1000 of the source)")
  }

  @Test("an archive cut anywhere, or with bytes added, fails")
  func truncated() throws {
    let scratch = try Scratch()
    let (folder, _, bytes) = try run(scratch)
    for count in stride(from: 0, to: bytes.count, by: 13) {
      try folder.overwrite(Self.name, with: Array(bytes.prefix(count)))
      let report = try Backup.verify(folder)
      #expect(report.verdict == .failed)
      #expect(report.problems.first?.message.contains("cut short") == true)
    }
    try folder.overwrite(Self.name, with: bytes + [0])
    #expect(
      try Backup.verify(folder).problems.map(\.message) == [
        "was added to: it has \(bytes.count + 1) bytes, not \(bytes.count)"
      ])
  }

  @Test("swapped frames fail, though each decodes")
  func swappedFrames() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    // Noise does not compress: frames of the same size can be swapped without touching anything else.
    let noise = (0..<2000).map {
      UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) ^ UInt8(truncatingIfNeeded: $0 >> 3)
    }
    try backUp([(Self.name, noise)], in: folder, frameSize: 500)
    let frames = try #require(try Manifest.read(in: folder)[Self.name]).frames
    let bytes = try folder.bytes(of: Self.name)
    let (first, second) = (frames[0].packed, frames[1].packed)
    let swapped =
      Array(bytes[Int(second.lowerBound)..<Int(second.upperBound)])
      + Array(bytes[Int(first.lowerBound)..<Int(first.upperBound)]) + Array(bytes[Int(second.upperBound)...])
    try folder.overwrite(Self.name, with: swapped)
    #expect(try Backup.verify(folder).problems.map(\.frame).prefix(2) == [0, 1])
  }

  @Test("missing and unlisted archives are named")
  func missingAndExtra() throws {
    let scratch = try Scratch()
    let (folder, _, bytes) = try run(scratch)
    try folder.overwrite("backup/other.json.zst", with: bytes)
    var report = try Backup.verify(folder)
    #expect(report.problems.map(\.kind) == [.unlisted])
    #expect(report.problems.first?.file == "backup/other.json.zst")
    try folder.remove("backup/other.json.zst")
    try folder.overwrite("backup/other.json.zst.partial", with: bytes)
    report = try Backup.verify(folder)
    #expect(report.problems.map(\.message) == ["is unfinished, as the run is"])
    #expect(report.problems.first?.remedy == "resume it: sluice resume \(folder.id)")
    #expect(report.verdict == .failed && report.archives.first?.sound == report.archives.first?.frames)
    try folder.remove("backup/other.json.zst.partial")
    try folder.remove(Self.name)
    report = try Backup.verify(folder)
    #expect(report.verdict == .failed)
    #expect(report.problems.map(\.kind) == [.missing])
    #expect(report.archives.first?.sound == 0)
  }

  @Test("nothing checked is no pass")
  func nothing() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([], in: folder)
    #expect(try Backup.verify(folder).verdict == .nothing)
    try folder.remove("manifest.jsonl")
    #expect(try Backup.verify(folder).verdict == .failed)
  }

  @Test("the archive of an empty source passes with no frame")
  func emptySource() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([(Self.name, [])], in: folder)
    let report = try Backup.verify(folder)
    #expect(report.verdict == .passed)
    #expect(report.archives.first?.bytes == 0)
  }
}
