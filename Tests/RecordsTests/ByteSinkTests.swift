import Records
import Testing

@Suite struct ByteSinkTests {
  @Test("What is appended stands there in order, integers in network byte order, at odd places too")
  func appending() {
    var sink = ByteSink()
    sink.append(0x01)
    sink.append(bigEndian: Int16(-2))
    sink.append(bigEndian: UInt32(0xDEAD_BEEF))
    sink.append(bigEndian: Int64.min)
    [7, 8, 9].withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
      sink.append(UnsafeRawBufferPointer(rebasing: bytes[..<3]))
    }
    let expected: [UInt8] = [0x01, 0xFF, 0xFE, 0xDE, 0xAD, 0xBE, 0xEF, 0x80, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0]
    #expect(Array(sink.bytes) == expected)
    #expect(sink.count == expected.count)
  }

  @Test("It grows from nothing and keeps what it has, byte by byte and in large pieces")
  func growth() {
    var sink = ByteSink(capacity: 0)
    var model: [UInt8] = []
    let piece = [UInt8](0..<251)
    for round in 0..<400 {
      let byte = UInt8(truncatingIfNeeded: round)
      sink.append(byte)
      model.append(byte)
      piece.withUnsafeBytes { sink.append($0) }
      model += piece
    }
    let large = [UInt8](repeating: 0xA5, count: 3 << 20)
    large.withUnsafeBytes { sink.append($0) }
    model += large
    #expect(sink.bytes.elementsEqual(model))
  }

  @Test("Nothing appended is nothing, also from a buffer without an address")
  func empty() {
    var sink = ByteSink()
    sink.append(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(sink.count == 0)
    #expect(sink.bytes.isEmpty)
  }

  @Test("Reserved room is room: what fits into it does not move the bytes")
  func reserve() {
    var sink = ByteSink(capacity: 64)
    sink.reserve(10_000)
    let place = sink.bytes.baseAddress
    for _ in 0..<2_500 { sink.append(bigEndian: UInt32(1)) }
    #expect(sink.count == 10_000)
    #expect(sink.bytes.baseAddress == place)
  }

  @Test("An integer is overwritten in place: the length before a field that is known only after it")
  func overwrite() {
    var sink = ByteSink()
    sink.append(0xEE)
    sink.append(bigEndian: Int32(0))
    sink.append(0xEE)
    sink.overwrite(at: 1, bigEndian: Int32(-1))
    #expect(Array(sink.bytes) == [0xEE, 0xFF, 0xFF, 0xFF, 0xFF, 0xEE])
  }

  @Test("Truncating and removing keep the memory and forget the bytes")
  func truncate() {
    var sink = ByteSink()
    for byte in UInt8(0)..<10 { sink.append(byte) }
    sink.truncate(to: 4)
    sink.append(99)
    #expect(Array(sink.bytes) == [0, 1, 2, 3, 99])
    sink.removeAll()
    #expect(sink.bytes.isEmpty)
    sink.append(5)
    #expect(Array(sink.bytes) == [5])
  }

  @Test("A place that was never written cannot be overwritten or kept")
  func bounds() async {
    await #expect(processExitsWith: .failure) {
      var sink = ByteSink()
      sink.append(1)
      sink.overwrite(at: 0, bigEndian: Int32(7))
    }
    await #expect(processExitsWith: .failure) {
      var sink = ByteSink()
      sink.truncate(to: 1)
    }
  }
}
