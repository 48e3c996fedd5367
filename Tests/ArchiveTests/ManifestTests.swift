import Foundation
import Records
import Testing

@testable import Archive

@Suite struct ManifestTests {
  /// Two archives, nine lines: frames 0…3, end, frames 0…1, end, end.
  private func finished(_ scratch: Scratch) throws -> (folder: RunFolder, lines: [String]) {
    let folder = try scratch.run()
    try backUp([("backup/a.json.zst", sample(3500)), ("backup/b.json.zst", sample(1500))], in: folder, frameSize: 1000)
    let text = String(decoding: try folder.bytes(of: "manifest.jsonl"), as: UTF8.self)
    return (folder, text.split(separator: "\n").map(String.init))
  }

  private func breaks(_ lines: [String], in folder: RunFolder) throws -> ArchiveError? {
    try folder.overwrite("manifest.jsonl", with: Array((lines.joined(separator: "\n") + "\n").utf8))
    return archiveError { _ = try Manifest.read(in: folder) }
  }

  @Test("what was written is read: archives, frames, totals")
  func roundTrip() throws {
    let scratch = try Scratch()
    let (folder, lines) = try finished(scratch)
    #expect(lines.count == 9)
    let manifest = try Manifest.read(in: folder)
    #expect(manifest.isComplete)
    #expect(manifest.lines == 9)
    #expect(manifest.archives.map(\.name) == ["backup/a.json.zst", "backup/b.json.zst"])
    #expect(manifest["backup/a.json.zst"]?.frames.map(\.raw) == [0..<1000, 1000..<2000, 2000..<3000, 3000..<3500])
    #expect(manifest["backup/b.json.zst"]?.summary?.bytes == 1500)
  }

  @Test("lines are JSON with the agreed keys, and each has the sha256sum of the line before")
  func format() throws {
    let scratch = try Scratch()
    let (folder, lines) = try finished(scratch)
    let keys: [Set<String>] = [
      [
        "line", "archive", "frame", "offset", "bytes", "sha256", "packedOffset", "packedBytes", "packedSha256",
        "previous",
      ],
      ["line", "archive", "end", "frames", "bytes", "sha256", "packedBytes", "packedSha256", "previous"],
      ["line", "end", "lines", "archives", "previous"],
    ]
    var previous = String(repeating: "0", count: 64)
    for (index, line) in lines.enumerated() {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(object["line"] as? Int == index + 1)
      #expect(object["previous"] as? String == previous)
      #expect(keys.contains(Set(object.keys)), "\(line)")
      try folder.overwrite("line", with: Array(line.utf8))
      previous = String(try tool("sha256sum", folder.path + "/line").text.prefix(64))
    }
  }

  /// A manifest with a right chain: an archive of one frame for each size.
  private func manifest(of sizes: [Int]) -> [String] {
    let zero = String(repeating: "0", count: 64)
    var contents = sizes.enumerated().flatMap { number, size in
      let archive = "\"archive\":\"backup/\(number).zst\""
      return [
        "\(archive),\"frame\":0,\"offset\":0,\"bytes\":\(size),\"sha256\":\"\(zero)\",\"packedOffset\":0,"
          + "\"packedBytes\":10,\"packedSha256\":\"\(zero)\"",
        "\(archive),\"end\":true,\"frames\":1,\"bytes\":\(size),\"sha256\":\"\(zero)\",\"packedBytes\":27,"
          + "\"packedSha256\":\"\(zero)\"",
      ]
    }
    contents.append("\"end\":true,\"lines\":\(contents.count + 1),\"archives\":\(sizes.count)")
    var previous = zero
    return contents.enumerated().map { index, content in
      let line = "{\"line\":\(index + 1),\(content),\"previous\":\"\(previous)\"}"
      previous = Array(line.utf8).withUnsafeBytes { SHA256Sum(of: $0).description }
      return line
    }
  }

  @Test("sizes that no file has, alone or together, are named")
  func impossibleSizes() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    #expect(try breaks(manifest(of: [1 << 52]) + ["x"], in: folder)?.line == 4, "one that can be")
    for sizes in [[.max, .max], [(1 << 53) + 1], [1 << 53, 1]] {
      let error = try breaks(manifest(of: sizes), in: folder)
      #expect(error?.code == "archive.manifest", "\(sizes)")
      #expect(try Backup.verify(folder).verdict == .failed)
    }
  }

  @Test("a deleted line is named, wherever it stood")
  func deleted() throws {
    let scratch = try Scratch()
    let (folder, lines) = try finished(scratch)
    for index in lines.indices {
      var changed = lines
      changed.remove(at: index)
      let error = try breaks(changed, in: folder)
      #expect(error?.code == "archive.manifest")
      #expect(error?.exitStatus == .integrity)
      #expect(error?.line == index + 1)
      #expect(error?.place == "manifest.jsonl, line \(index + 1)")
    }
  }

  @Test("swapped lines are named")
  func swapped() throws {
    let scratch = try Scratch()
    let (folder, lines) = try finished(scratch)
    for index in lines.indices.dropLast() {
      var changed = lines
      changed.swapAt(index, index + 1)
      #expect(try breaks(changed, in: folder)?.line == index + 1)
    }
  }

  @Test("a repeated line is named")
  func repeated() throws {
    let scratch = try Scratch()
    let (folder, lines) = try finished(scratch)
    for index in lines.indices {
      var changed = lines
      changed.insert(lines[index], at: index)
      #expect(try breaks(changed, in: folder)?.line == index + 2)
    }
  }

  @Test("a manifest cut at a line's border, or in a line, is noticed")
  func truncated() throws {
    let scratch = try Scratch()
    let (folder, lines) = try finished(scratch)
    for count in lines.indices.dropFirst() {
      let error = try breaks(Array(lines.prefix(count)), in: folder)
      #expect(error?.line == count + 1)
    }
    let whole = Array((lines.joined(separator: "\n") + "\n").utf8)
    for count in stride(from: 0, to: whole.count, by: 31) {
      try folder.overwrite("manifest.jsonl", with: Array(whole.prefix(count)))
      #expect(archiveError { _ = try Manifest.read(in: folder) }?.kind == .manifest, "\(count) bytes")
    }
  }

  @Test("a flipped bit in any byte is noticed, at the line or the one behind it")
  func flipped() throws {
    let scratch = try Scratch()
    let (folder, lines) = try finished(scratch)
    let whole = Array((lines.joined(separator: "\n") + "\n").utf8)
    var line = 1
    for place in whole.indices {
      var error: ArchiveError?
      try folder.withByte(place, of: "manifest.jsonl", flippedBy: 1 << UInt8(place % 8)) {
        error = archiveError { _ = try Manifest.read(in: folder) }
      }
      let found = error?.line ?? 0
      #expect(error?.kind == .manifest && (line...line + 1).contains(found), "byte \(place), line \(line): \(found)")
      if whole[place] == UInt8(ascii: "\n") { line += 1 }
    }
  }

  @Test("a forged line with its chain recomputed still has to follow on the frame before")
  func forged() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let sum = SHA256Sum.zero
    func frame(_ number: Int, _ raw: Range<Int64>, _ packed: Range<Int64>) -> Frame {
      Frame(number: number, raw: raw, packed: packed, rawSHA256: sum, packedSHA256: sum)
    }
    for bad in [frame(2, 10..<20, 5..<9), frame(1, 11..<20, 5..<9), frame(1, 10..<20, 6..<9), frame(1, 10..<10, 5..<9)]
    {
      let writer = try ManifestWriter(in: folder, existing: .replace)
      try writer.append(frame(0, 0..<10, 0..<5), of: "a")
      #expect(archiveError { try writer.append(bad, of: "a") }?.line == 2)
      #expect(archiveError { try writer.sync() }?.line == 2)
    }
  }

  @Test("an archive named outside of the run folder is refused")
  func traversal() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let frame = Frame(number: 0, raw: 0..<10, packed: 0..<5, rawSHA256: .zero, packedSHA256: .zero)
    for name in ["../../etc/passwd", "/etc/passwd", "a\0b"] {
      let line = ManifestLine(number: 1, content: .frame(archive: name, frame), previous: .zero).text
      #expect(try breaks([line], in: folder)?.line == 1)
    }
  }

  @Test("a manifest is not closed while an archive is open")
  func openArchive() throws {
    let scratch = try Scratch()
    let writer = try ManifestWriter(in: scratch.run())
    try writer.append(Frame(number: 0, raw: 0..<1, packed: 0..<1, rawSHA256: .zero, packedSHA256: .zero), of: "a")
    #expect(archiveError { try writer.finish() }?.kind == .manifest)
  }

  @Test("a run that did not finish has no manifest yet, and says so")
  func unfinished() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    #expect(archiveError { _ = try Manifest.read(in: folder) }?.message == "is not there")
    #expect(try Manifest.readUnfinished(in: folder) == nil)
    _ = try ManifestWriter(in: folder)
    let error = archiveError { _ = try Manifest.read(in: folder) }
    #expect(error?.kind == .missing)
    #expect(error?.message == "is unfinished, as the run is")
  }

  @Test("a line that is too long ends the reading")
  func endlessLine() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try folder.overwrite("manifest.jsonl", with: [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
    #expect(archiveError { _ = try Manifest.read(in: folder) }?.line == 1)
  }
}
