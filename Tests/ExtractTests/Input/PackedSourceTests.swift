import CZstd
import Testing

@testable import Extract

/// A way to pack bytes, and what is said of it when it is not whole.
enum Packer: CaseIterable {
  case gzip, zstd

  func pack(_ bytes: [UInt8]) throws -> [UInt8] {
    switch self {
    case .gzip: try ExtractTests.gzip(bytes)
    case .zstd: try ExtractTests.zstd(bytes)
    }
  }
}

@Suite("A packed source")
struct PackedSourceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(reading bytes: [UInt8]) throws -> ExtractError? {
    let input = try SourceInput(path: folder.write(bytes))
    return #expect(throws: ExtractError.self) { try input.readAll() }
  }

  @Test("is unpacked, whatever its name and the buffer's size", arguments: Packer.allCases, [1, 7, 4096, 1 << 20])
  func unpacked(packer: Packer, buffer: Int) throws {
    let text = sampleText(300_000)
    let packed = try packer.pack(text)
    let input = try SourceInput(path: folder.write(packed, to: "plain.json"))
    #expect(try input.readAll(buffers: buffer) == text)
    #expect(input.consumed == Int64(packed.count))
    #expect(input.size == Int64(packed.count))
    #expect(try input.readAll(buffers: buffer) == [])
  }

  @Test("is read over all its parts", arguments: Packer.allCases)
  func parts(packer: Packer) throws {
    let text = sampleText(400_000)
    let cuts = [0, 1, 1, 100_000, 399_999, 400_000]
    let packed = try zip(cuts, cuts.dropFirst()).flatMap { try packer.pack(Array(text[$0..<$1])) }
    let input = try SourceInput(path: folder.write(packed))
    #expect(try input.readAll(buffers: 50_000) == text)
  }

  @Test("may hold nothing", arguments: Packer.allCases)
  func nothing(packer: Packer) throws {
    #expect(try SourceInput(path: folder.write(packer.pack([]))).readAll() == [])
  }

  @Test("is refused when it is cut at any byte", arguments: Packer.allCases)
  func truncated(packer: Packer) throws {
    let packed = try packer.pack(sampleText(2000))
    for length in Compression.magicLength..<packed.count {
      let error = try error(reading: Array(packed[..<length]))
      #expect(error?.code == "source.truncated", "after \(length) of \(packed.count) bytes")
      #expect(error?.offset == Int64(length))
    }
  }

  @Test("is refused when its second part is cut", arguments: Packer.allCases)
  func secondPartTruncated(packer: Packer) throws {
    let packed = try packer.pack(sampleText(2000))
    for length in [1, 2, 3, 4, 5, packed.count - 1] {
      let error = try error(reading: packed + packed[..<length])
      #expect(error?.kind == .truncated, "after \(length) bytes")
    }
  }

  @Test("is refused when something else follows", arguments: Packer.allCases)
  func trailing(packer: Packer) throws {
    let packed = try packer.pack(sampleText(2000))
    for garbage in [[0x00], Array("{}".utf8), Array("\n".utf8), Array(repeating: 0, count: 512)] as [[UInt8]] {
      let error = try error(reading: packed + garbage)
      #expect(error?.kind == .damaged)
      #expect(error?.message.hasSuffix("follows after the end of the compressed data") == true)
      #expect(error?.offset == Int64(packed.count))
    }
  }

  @Test("is refused when its checksum does not match", arguments: Packer.allCases)
  func checksum(packer: Packer) throws {
    var packed = try packer.pack(sampleText(2000))
    // The last four bytes are zstd's checksum; gzip's lies four bytes ahead of the end, where the length is.
    packed[packed.count - (packer == .gzip ? 8 : 4)] ^= 1
    #expect(try error(reading: packed)?.code == "source.damaged")
  }

  @Test("never passes with one bit wrong", arguments: Packer.allCases)
  func bitFlips(packer: Packer) throws {
    let text = sampleText(300)
    let packed = try packer.pack(text)
    for place in Compression.magicLength..<packed.count {
      var damaged = packed
      damaged[place] ^= 0x10
      let input = try SourceInput(path: folder.write(damaged))
      // A bit of a header that only informs, such as gzip's time, may be wrong; the content may not.
      if let read = try? input.readAll() { #expect(read == text, "byte \(place)") }
    }
  }

  @Test("gives what comes before the damage, and no byte more than the buffer")
  func bounded() throws {
    let zeros = try zstd([UInt8](repeating: 0, count: 32 << 20))
    try #require(zeros.count < 8 << 10)
    let input = try SourceInput(path: folder.write(zeros))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
    defer { buffer.deallocate() }
    #expect(try input.read(into: buffer) == 4096)
    #expect(try input.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<100])) == 100)
    #expect(try input.readAll().count == 32 << 20 - 4196)
  }
}

@Suite("A zstd source")
struct ZstdSourceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("may have frames to skip at the start, between and at the end")
  func skippable() throws {
    let (one, two) = (sampleText(500), sampleText(700))
    let packed = try skippableFrame(200) + zstd(one) + skippableFrame(0) + zstd(two) + skippableFrame(3)
    #expect(try SourceInput(path: folder.write(packed)).readAll() == one + two)
  }

  @Test("is refused when a frame to skip is cut")
  func skippableTruncated() throws {
    let input = try SourceInput(path: folder.write(zstd(sampleText(10)) + skippableFrame(200).dropLast()))
    let error = #expect(throws: ExtractError.self) { try input.readAll() }
    #expect(error?.kind == .truncated)
  }

  @Test("may have the largest window that the tool takes by default")
  func window() throws {
    #expect(try SourceInput(path: folder.write(emptyFrame(windowLog: 27))).readAll() == [])
  }

  @Test("is refused with a larger window, and told how to be unpacked", arguments: [28, 31] as [UInt8])
  func largeWindow(log: UInt8) throws {
    let input = try SourceInput(path: folder.write(emptyFrame(windowLog: log)))
    let error = #expect(throws: ExtractError.self) { try input.readAll() }
    #expect(error?.code == "source.window")
    #expect(error?.message.contains("128 MiB") == true)
    #expect(error?.remedy?.contains("zstd -d") == true)
  }
}
