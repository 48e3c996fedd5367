import Foundation
import Testing

@testable import Archive

@Suite struct FrameReaderTests {
  @Test("any range of the source can be read, across the frames' borders")
  func ranges() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let source = sample(4321)
    try backUp([("a.zst", source)], in: folder, frameSize: 1000)
    let reader = try FrameReader(in: folder, name: "a.zst")
    #expect(reader.bytes == 4321)
    #expect(reader.frameCount == 5)
    for start in stride(from: 0, through: 4321, by: 137) {
      for count in [0, 1, 999, 1000, 1001, 4321] where start + count <= 4321 {
        #expect(try reader.read(Int64(start)..<Int64(start + count)) == Array(source[start..<start + count]))
      }
    }
    #expect(try Array(reader.frame(4)) == Array(source[4000...]))
    #expect(archiveError { _ = try reader.read(4000..<4322) }?.kind == .read)
    #expect(archiveError { _ = try reader.read(-1..<10) }?.kind == .read)
    #expect(archiveError { _ = try reader.frame(5) }?.kind == .read)
  }

  @Test("an empty source has no frame")
  func empty() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([("a.zst", [])], in: folder)
    let reader = try FrameReader(in: folder, name: "a.zst")
    #expect(reader.bytes == 0)
    #expect(try reader.read(0..<0) == [])
  }

  @Test("a seek table of holes is refused, and no memory is taken for it")
  func sparseTable() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let frames = 1 << 31
    let tableSize = 8 + frames * 8 + 9
    var words: [UInt8] = []
    for word in [0x184D_2A5E, UInt32(truncatingIfNeeded: tableSize - 8)] as [UInt32] {
      withUnsafeBytes(of: word.littleEndian) { words += $0 }
    }
    try folder.overwrite("a.zst", with: words)
    let file = try FileHandle(forWritingTo: folder.url("a.zst"))
    try file.seek(toOffset: UInt64(tableSize - 9))
    var footer: [UInt8] = []
    withUnsafeBytes(of: UInt32(frames).littleEndian) { footer += $0 }
    try file.write(contentsOf: Data(footer + [0, 0xB1, 0xEA, 0x92, 0x8F]))
    try file.close()
    #expect(archiveError { _ = try FrameReader(in: folder, name: "a.zst") }?.kind == .damaged)
  }

  @Test("a file without our seek table, or with one that lies, is refused")
  func badTables() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try backUp([("a.zst", sample(3000))], in: folder, frameSize: 1000)
    let bytes = try folder.bytes(of: "a.zst")
    let tableStart = bytes.count - (8 + 3 * 8 + 9)
    for place in tableStart..<bytes.count {
      var changed = bytes
      changed[place] ^= 0x80
      try folder.overwrite("b.zst", with: changed)
      let error = archiveError {
        let reader = try FrameReader(in: folder, name: "b.zst")
        _ = try reader.read(0..<reader.bytes)
      }
      #expect(error?.kind == .damaged, "byte \(place - tableStart) of the table")
    }
    for content in [[], [1, 2, 3], Array(bytes.dropLast()), [0, 0, 0, 0xFF, 0, 0xB1, 0xEA, 0x92, 0x8F]] as [[UInt8]] {
      try folder.overwrite("b.zst", with: content)
      #expect(archiveError { _ = try FrameReader(in: folder, name: "b.zst") }?.kind == .damaged)
    }
    #expect(archiveError { _ = try FrameReader(in: folder, name: "c.zst") }?.kind == .missing)
  }

  @Test("a frame that claims more than any frame may have is refused before memory is taken for it")
  func bomb() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    let writer = try FrameWriter(in: folder, name: "a.zst", frameSize: 1000)
    _ = try writer.append(sample(1000))
    _ = try writer.finish()
    var bytes = try folder.bytes(of: "a.zst")
    let rawSize = bytes.count - 9 - 4
    bytes.replaceSubrange(rawSize..<rawSize + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
    try folder.overwrite("a.zst", with: bytes)
    let reader = try FrameReader(in: folder, name: "a.zst")
    #expect(archiveError { _ = try reader.frame(0) }?.message.contains("beyond") == true)
  }
}
