import Foundation
import Platform
import Records
import Testing

@testable import Archive

@Suite struct FrameWriterTests {
  static let name = "backup/events.json.zst"

  @Test(
    "zstd restores an archive byte for byte, whatever the size of the source",
    arguments: [0, 1, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, 10 << 20])
  func openFormat(size: Int) throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let source = sample(size)
    let summary = try backUp([(Self.name, source)], in: folder)[0]
    let file = folder.path + "/" + Self.name

    let decoded = try tool("zstd", "-dc", file)
    #expect(decoded.status == 0)
    #expect(decoded.output == source)
    #expect(try tool("zstd", "--test", file).status == 0)
    let sum = try tool("sha256sum", file).text.prefix(64)
    #expect(sum == summary.packedSHA256.description)
    #expect(summary.sha256 == source.withUnsafeBytes { SHA256Sum(of: $0) })
    #expect(summary.frames == (size + (4 << 20) - 1) / (4 << 20))
    #expect(summary.bytes == Int64(size))
  }

  @Test("zstd --list sees the frames, their sizes and their checksums")
  func list() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([(Self.name, sample(10_000))], in: folder, frameSize: 4096)
    let list = try tool("zstd", "--list", "-v", folder.path + "/" + Self.name).text
    #expect(list.contains("# Zstandard Frames: 3"))
    #expect(list.contains("# Skippable Frames: 1"))
    #expect(list.contains("Decompressed Size: 9.77 KiB (10000 B)"))
    #expect(list.contains("Check: XXH64"))
  }

  @Test("frames lie end to end and carry the hashes of their bytes")
  func frames() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let source = sample(10_000)
    let writer = try FrameWriter(in: folder, name: Self.name, frameSize: 4096)
    var frames = try writer.append(source, step: 700)
    #expect(frames.map(\.number) == [0, 1])
    let (last, summary) = try writer.finish()
    frames.append(try #require(last))
    #expect(frames.map(\.raw) == [0..<4096, 4096..<8192, 8192..<10_000])
    let file = try folder.bytes(of: Self.name)
    var end: Int64 = 0
    for frame in frames {
      #expect(frame.packed.lowerBound == end)
      end = frame.packed.upperBound
      let raw = source[Int(frame.raw.lowerBound)..<Int(frame.raw.upperBound)]
      #expect(raw.withUnsafeBytes { SHA256Sum(of: $0) } == frame.rawSHA256)
      let packed = file[Int(frame.packed.lowerBound)..<Int(frame.packed.upperBound)]
      #expect(packed.withUnsafeBytes { SHA256Sum(of: $0) } == frame.packedSHA256)
    }
    #expect(summary.packedBytes == Int64(file.count))
    #expect(summary.packedBytes == end + 8 + 3 * 8 + 9)
  }

  @Test("what comes in one piece and what comes byte by byte gives the same file")
  func pieces() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let source = sample(5000)
    let whole = try FrameWriter(in: folder, name: "a.zst", frameSize: 2000)
    _ = try whole.append(source, step: 5000)
    _ = try whole.finish()
    let single = try FrameWriter(in: folder, name: "b.zst", frameSize: 2000)
    _ = try single.append(source, step: 1)
    _ = try single.finish()
    #expect(try folder.bytes(of: "a.zst") == folder.bytes(of: "b.zst"))
  }

  @Test("a frame can end early, and an empty one is no frame")
  func earlyEnd() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let writer = try FrameWriter(in: folder, name: Self.name)
    #expect(try writer.endFrame() == nil)
    _ = try writer.append(Array("one\n".utf8))
    #expect(try writer.endFrame()?.raw == 0..<4)
    _ = try writer.append(Array("two\n".utf8))
    let (last, summary) = try writer.finish()
    #expect(last?.raw == 4..<8)
    #expect(summary.frames == 2)
    #expect(try tool("zstd", "-dc", folder.path + "/" + Self.name).text == "one\ntwo\n")
  }

  @Test("the final name is taken only by finish; an abandoned archive stays partial and its frames readable")
  func partialName() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let source = sample(3000)
    let writer = try FrameWriter(in: folder, name: Self.name, frameSize: 1000)
    _ = try writer.append(source)
    #expect(try !folder.hasFile(Self.name))
    writer.abandon()
    #expect(try folder.hasFile(Self.name + ".partial"))
    #expect(try tool("zstd", "-dc", folder.path + "/" + Self.name + ".partial").output == source)
    #expect(archiveError { _ = try writer.append(source) }?.kind == .write)
  }

  @Test("an archive that is there is refused, or replaced when that is asked for")
  func existing() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([(Self.name, sample(100))], in: folder)
    let refused = archiveError { _ = try FrameWriter(in: folder, name: Self.name) }
    #expect(refused?.kind == .exists)
    #expect(refused?.exitStatus == .refused)
    try FrameWriter(in: folder, name: Self.name, existing: .replace).abandon()
    let writer = try FrameWriter(in: folder, name: Self.name, existing: .replace)
    _ = try writer.append(Array("other".utf8))
    _ = try writer.finish()
    #expect(try tool("zstd", "-dc", folder.path + "/" + Self.name).text == "other")
  }

  @Test("levels and frame sizes that make no sense are refused", arguments: [(20, 4096), (1, 0), (1, 65 << 20)])
  func options(level: Int, frameSize: Int) throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let error = archiveError { _ = try FrameWriter(in: folder, name: "x.zst", level: level, frameSize: frameSize) }
    #expect(error?.kind == .option)
  }
}

/// A device stands in for the file: real system calls fail.
@Suite struct FrameWriterFailureTests {
  private func writer(on device: String, _ scratch: Scratch) throws -> FrameWriter {
    let folder = try scratch.run()
    let file = Descriptor(raw: open(device, O_RDWR), name: "x.zst.partial")
    let parent = try Descriptor(folder: folder.path)
    let output = PartialFile(file: file, component: "x.zst", in: parent, existing: .refuse)
    return try FrameWriter(output: output, name: "x.zst", frameSize: 1000)
  }

  @Test("a full volume is a storage error that says what to do, and the writer stays dead")
  func noSpace() throws {
    let scratch = try Scratch()
    let writer = try writer(on: "/dev/full", scratch)
    let first = try #require(archiveError { _ = try writer.append(sample(1000)) })
    #expect(first.code == "archive.write")
    #expect(first.exitStatus == .storage)
    #expect(first.message.contains("No space left"))
    #expect(first.remedy == "make room on the volume, then resume")
    #expect(archiveError { _ = try writer.append([1]) }?.message == first.message)
    #expect(archiveError { _ = try writer.finish() }?.message == first.message)
  }

  @Test("a frame whose sync fails is never reported, and the sync never retried")
  func failedSync() throws {
    let scratch = try Scratch()
    // Takes every byte and has no sync: fdatasync answers EINVAL.
    let writer = try writer(on: "/dev/null", scratch)
    let first = try #require(archiveError { _ = try writer.append(sample(1000)) })
    #expect(first.code == "archive.write")
    #expect(first.message.contains("sync"))
    #expect(archiveError { _ = try writer.endFrame() }?.message == first.message)
  }
}
