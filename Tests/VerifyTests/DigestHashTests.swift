import Records
import Testing

@testable import Verify

@Suite("The hash")
struct DigestHashTests {
  @Test("gives the published digests of plain blocks")
  func vectors() throws {
    let rows = try CanonicalFormPage().table("| blocks, in the context of a row | digest |")
    let bytes: [[UInt8]] = [[], Array(repeating: 0, count: 16), Array(0..<16), Array(0..<32)]
    try #require(rows.count == bytes.count)
    for (row, bytes) in zip(rows, bytes) {
      var hash = DigestHash(.row)
      bytes.withUnsafeBytes { if let run = ByteRun($0) { hash.absorb(blocks: run) } }
      #expect(hash.finish().description == CanonicalFormPage.codes(row[1]).first)
    }
  }

  @Test("reads a text the same way whether or not memory goes on after it")
  func padding() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
      let digests = [0, 1, 7, 15, 16, 40].map { padding in
        GuardedBytes(bytes, padding: padding).with { buffer in
          var hash = DigestHash(.column)
          if let run = ByteRun(UnsafeRawBufferPointer(rebasing: buffer[..<count]), padding: padding) {
            hash.absorb(text: run)
          }
          return hash.finish()
        }
      }
      #expect(Set(digests).count == 1, "\(count) bytes")
    }
  }

  @Test("tells apart texts that differ in one bit, in length, or in zeros at the end")
  func texts() {
    var seen: [RowDigest: [UInt8]] = [:]
    for count in 0..<40 {
      var texts = [Array(repeating: UInt8(0), count: count)]
      for bit in 0..<count * 8 {
        var text = texts[0]
        text[bit / 8] = 1 << UInt8(bit % 8)
        texts.append(text)
      }
      for text in texts {
        var hash = DigestHash(.column)
        GuardedBytes(text, padding: 1).with { bytes in
          if let run = ByteRun(UnsafeRawBufferPointer(rebasing: bytes[..<count])) { hash.absorb(text: run) }
        }
        #expect(seen.updateValue(text, forKey: hash.finish()) == nil)
      }
    }
  }

  @Test("finds a byte at every place, from every alignment, and never beyond the end")
  func find() {
    for count in 0..<40 {
      for place in 0...count {
        var bytes = Array(repeating: UInt8(0x80), count: count)
        if place < count { bytes[place] = 0x5C }
        if place + 1 < count { bytes[place + 1] = 0x22 }
        for padding in [0, 16] {
          GuardedBytes(bytes + Array(repeating: 0x22, count: padding)).with { buffer in
            guard let run = ByteRun(UnsafeRawBufferPointer(rebasing: buffer[..<count]), padding: padding) else {
              return
            }
            let found = run.find(0x22, or: 0x5C, from: run.start)
            #expect(found.map { $0 - run.start } == (place < count ? place : nil))
          }
        }
      }
    }
  }
}
