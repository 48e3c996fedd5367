import Foundation
import Records
import Testing

@testable import Archive

@Suite struct ResumeTests {
  private static let name = "backup/events.json.zst"

  /// A run that stopped after two frames of 1000 bytes were written to the archive and `recorded` of them to the manifest.
  private func interrupted(_ scratch: Scratch, source: [UInt8], recorded: Int) throws -> RunFolder {
    let folder = try scratch.run()
    let manifest = try ManifestWriter(in: folder)
    let writer = try FrameWriter(in: folder, name: Self.name, frameSize: 1000)
    for frame in try writer.append(Array(source.prefix(2500))).prefix(recorded) {
      try manifest.append(frame, of: Self.name)
    }
    try manifest.sync()
    writer.abandon()
    return folder
  }

  private func resume(_ folder: RunFolder, source: [UInt8]) throws -> [Frame] {
    let manifest = try ManifestWriter(resuming: folder)
    let known = manifest.manifest[Self.name]?.frames ?? []
    let writer = try FrameWriter(resuming: folder, name: Self.name, frames: known, frameSize: 1000)
    var frames = try writer.append(source, step: 333)
    let (last, summary) = try writer.finish()
    if let last { frames.append(last) }
    for frame in frames { try manifest.append(frame, of: Self.name) }
    try manifest.append(summary)
    try manifest.finish()
    return frames
  }

  @Test("a resumed archive and its manifest are those of a run that was never interrupted", arguments: 0...2)
  func resumed(recorded: Int) throws {
    let scratch = try Scratch()
    let source = sample(4300)
    let folder = try interrupted(scratch, source: source, recorded: recorded)
    #expect(try resume(folder, source: source).count == 5)
    let straight = try scratch.run("straight")
    try backUp([(Self.name, source)], in: straight, frameSize: 1000)
    for name in [Self.name, "manifest.jsonl"] { #expect(try folder.bytes(of: name) == straight.bytes(of: name)) }
    #expect(try Backup.verify(folder).verdict == .passed)
  }

  @Test("a cancelled task does not read what an earlier attempt wrote")
  func cancelled() async throws {
    let scratch = try Scratch()
    let folder = try interrupted(scratch, source: sample(4300), recorded: 2)
    await Task {
      let frames = try? ManifestWriter(resuming: folder).manifest[Self.name]?.frames
      withUnsafeCurrentTask { $0?.cancel() }
      #expect(throws: CancellationError.self) {
        _ = try FrameWriter(resuming: folder, name: Self.name, frames: frames ?? [], frameSize: 1000)
      }
    }.value
  }

  @Test("a torn last line of the manifest is cut off")
  func tornLine() throws {
    let scratch = try Scratch()
    let source = sample(4300)
    let folder = try interrupted(scratch, source: source, recorded: 2)
    let whole = try folder.bytes(of: "manifest.jsonl.partial")
    try folder.overwrite("manifest.jsonl.partial", with: Array(whole.dropLast(20)))
    #expect(try Manifest.readUnfinished(in: folder)?.lines == 1)
    _ = try resume(folder, source: source)
    #expect(try Backup.verify(folder).verdict == .passed)
  }

  @Test("an archive that got its name before the crash is taken up again")
  func finishedArchive() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let source = sample(3000)
    let manifest = try ManifestWriter(in: folder)
    let writer = try FrameWriter(in: folder, name: Self.name, frameSize: 1000)
    for frame in try writer.append(source) { try manifest.append(frame, of: Self.name) }
    _ = try writer.finish()
    try manifest.sync()
    #expect(try resume(folder, source: source).count == 3)
    #expect(try Backup.verify(folder).verdict == .passed)
  }

  @Test("files that got their names before the crash, and kept their partial ones, have one in the end")
  func twoNames() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let source = sample(3000)
    try backUp([(Self.name, source)], in: folder, frameSize: 1000)
    for name in [Self.name, RunLayout.manifest] {
      try FileManager.default.linkItem(atPath: "\(folder.path)/\(name)", toPath: "\(folder.path)/\(name).partial")
    }
    #expect(try resume(folder, source: source).count == 3)
    #expect(try folder.files() == [Self.name, RunLayout.manifest])
    #expect(try Backup.verify(folder).verdict == .passed)
  }

  @Test("another source is refused: changed, shorter, or cut inside a known frame", arguments: [0, 1, 2])
  func otherSource(kind: Int) throws {
    let scratch = try Scratch()
    let source = sample(4300)
    let folder = try interrupted(scratch, source: source, recorded: 2)
    var other = source
    switch kind {
    case 0: other[1500] ^= 1
    case 1: other = Array(source.prefix(1000))
    default: other = Array(source.prefix(1500))
    }
    let error = archiveError { _ = try resume(folder, source: other) }
    #expect(error?.code == "archive.otherSource")
    #expect(error?.exitStatus == .resume)
  }

  @Test("an archive that lost bytes of a recorded frame is not gone on with")
  func lostFrame() throws {
    let scratch = try Scratch()
    let source = sample(4300)
    let folder = try interrupted(scratch, source: source, recorded: 2)
    let whole = try folder.bytes(of: Self.name + ".partial")
    for place in [0, whole.count / 2, whole.count - 1] {
      var changed = whole
      changed[place] ^= 0x10
      try folder.overwrite(Self.name + ".partial", with: changed)
      #expect(archiveError { _ = try resume(folder, source: source) }?.kind == .damaged)
    }
    try folder.remove(Self.name + ".partial")
    #expect(archiveError { _ = try resume(folder, source: source) }?.kind == .missing)
  }
}
