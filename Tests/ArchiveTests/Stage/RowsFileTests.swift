import Foundation
import Records
import Testing

@testable import Archive

@Suite("A file of rows") struct RowsFileTests {
  private let scratch: Scratch
  private let folder: RunFolder

  init() throws {
    scratch = try Scratch()
    folder = try scratch.run()
  }

  @Test("gives rows, counts, rejections and warnings back as they were")
  func roundTrip() throws {
    let batches = StageSample.batches
    try StageSample.write(batches, in: folder)
    let reader = try RowsFileReader(.file(StageSample.rows, in: folder))
    #expect(reader.head == StageSample.head)
    #expect(reader.foot == nil)
    var restored: [RowBatch] = []
    while let batch = try reader.next() { restored.append(batch) }
    #expect(restored.map(StageSample.text) == batches.map(StageSample.text))
    #expect(reader.foot == StageFoot(blocks: batches.count + 2, found: 12, bytes: 5000, sourceSHA256: "ab"))
  }

  @Test("is binary COPY for every other program: header, tuples, trailer")
  func copyFormat() throws {
    try StageSample.write(StageSample.batches, in: folder)
    let printed = try tool("zstd", "-dc", folder.path + "/" + StageSample.rows)
    #expect(printed.status == 0)
    let tuples = StageSample.batches.flatMap { Array($0.own.bytes.bytes) }
    #expect(
      printed.output == Array("PGCOPY\n\u{00}".utf8.dropLast()) + [0xFF, 0x0D, 0x0A, 0] + Array(repeating: 0, count: 8)
        + tuples + [0xFF, 0xFF])
  }

  @Test("is private, and has its name only when it is complete")
  func naming() throws {
    let writer = try RowsFileWriter(StageSample.head, to: .file(StageSample.rows, in: folder))
    try writer.append(StageSample.batches[0])
    #expect(try folder.files() == [StageSample.rows + ".partial"])
    #expect(try scratch.mode(folder.path + "/" + StageSample.rows + ".partial") == 0o600)
    try writer.finish(StageFoot(found: 1, bytes: 1))
    #expect(try folder.files() == [StageSample.rows])
    // A later try takes its place.
    try StageSample.write(StageSample.batches, in: folder)
    #expect(try folder.files() == [StageSample.rows])
  }

  @Test("goes to a path of the user's, which must be free, and through a pipe")
  func otherPlaces() throws {
    let path = scratch.path + "/rows.zst"
    try StageSample.write(StageSample.batches, to: .path(path))
    #expect(try scratch.mode(path) == 0o600)
    #expect(throws: ArchiveError.self) { try StageSample.write(StageSample.batches, to: .path(path)) }
    #expect(try StageSample.read(.path(path)) == StageSample.batches.map(StageSample.text))

    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    try StageSample.write(StageSample.batches, to: .descriptor(ends[1], name: "standard output"))
    close(ends[1])
    #expect(
      try StageSample.read(.descriptor(ends[0], name: "standard input")) == StageSample.batches.map(StageSample.text))
    close(ends[0])
  }

  @Test("does not begin with a tuple of another number of fields")
  func tuples() {
    let tuple: [UInt8] = [0, 2, 0, 0, 0, 1, 7, 0xFF, 0xFF, 0xFF, 0xFF]
    func isTuple(_ bytes: [UInt8], _ fields: Int) -> Bool {
      bytes.withUnsafeBytes { BinaryCopy.isTuple($0, fields: fields) }
    }
    #expect(isTuple(tuple, 2))
    #expect(!isTuple(tuple, 1))
    #expect(!isTuple(tuple + [0], 2))
    #expect(!isTuple(Array(tuple.dropLast()), 2))
    #expect(!isTuple([0xFF, 0xFF], -1 & 0xFFFF))
    #expect(!isTuple([0, 1, 0x7F, 0xFF, 0xFF, 0xFF], 1))
    #expect(!isTuple([0, 1, 0xFF, 0xFF, 0xFF, 0xFE], 1))
  }
}
