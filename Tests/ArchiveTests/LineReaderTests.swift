import Testing

@testable import Archive

@Suite struct LineReaderTests {
  @Test("lines come one by one, the last one also without its line feed")
  func lines() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try folder.write("one\n\nthree", to: "lines")
    let reader = try #require(try LineReader(in: folder, name: "lines"))
    var lines: [String] = []
    while let line = try reader.next() {
      lines.append("\(line.number) \(String(decoding: line.bytes, as: UTF8.self)) \(line.isWhole)")
    }
    #expect(lines == ["1 one true", "2  true", "3 three false"])
  }

  @Test("a line that goes on without an end is refused before it fills the memory")
  func endless() throws {
    let scratch = try Scratch()
    let folder = try scratch.run()
    try folder.write(Array("one\n".utf8) + Array(repeating: 0, count: 1 << 20), to: "lines")
    let reader = try #require(try LineReader(in: folder, name: "lines", limit: 1 << 19))
    _ = try reader.next()
    let error = archiveError { _ = try reader.next() }
    #expect(error?.kind == .damaged && error?.line == 2)
  }
}
