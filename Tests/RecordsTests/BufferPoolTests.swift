import Testing

@testable import Records

@Suite("A pool of buffers") struct BufferPoolTests {
  @Test("hands out again what came back, as it was left, also for nearly as many bytes")
  func reuse() {
    let pool = BufferPool(limit: 1 << 20)
    var first: Buffer? = pool.take(100_000)
    let address = first?.bytes.baseAddress
    first?.bytes[99_999] = 0x5A
    first = nil
    let second = pool.take(101_000)
    #expect(second.bytes.baseAddress == address)
    #expect(second.bytes[99_999] == 0x5A, "nothing clears it")
    #expect(pool.take(101_000).bytes.baseAddress != address, "it is in use")
  }

  @Test("gives no buffer that is too small, and none of more than twice the bytes")
  func fit() {
    let pool = BufferPool(limit: 1 << 20)
    for bytes in [1, 64, 65, 1_000, 4_096, 100_000] {
      for other in [1, bytes - 1, bytes, bytes + 1, 2 * bytes, 3 * bytes] {
        _ = pool.take(bytes)
        let buffer = pool.take(other)
        #expect(buffer.bytes.count >= other)
        #expect(buffer.bytes.count <= 2 * (other + other / 8 + 64))
      }
    }
  }

  @Test("holds what is in use, and idle buffers up to its limit only")
  func limit() {
    let pool = BufferPool(limit: 1 << 20)
    do {
      let used = (0..<40).map { _ in pool.take(64 << 10) }
      #expect(pool.total == used.count * 64 << 10, "taking never waits")
    }
    #expect(pool.total == 1 << 20)
    let large = pool.take(1 << 20)
    #expect(pool.total == 1 << 20, "idle buffers of another size made room")
    withExtendedLifetime(large) {}
    let nothing = BufferPool(limit: 0)
    _ = nothing.take(1)
    #expect(nothing.total == 0)
  }

  @Test("gives a buffer to one owner at a time, however many take and give back at once")
  func concurrent() async {
    let pool = BufferPool(limit: 256 << 10)
    await withTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          var held: [(buffer: Buffer, mark: UInt8)] = []
          var foreign = 0
          for round in 0..<2_000 {
            let mark = UInt8(truncatingIfNeeded: task &* 31 &+ round)
            let buffer = pool.take(1 + (round &* 7_919 &+ task) % 9_000)
            buffer.bytes.initializeMemory(as: UInt8.self, repeating: mark)
            held.append((buffer, mark))
            if held.count > round % 7 {
              let (old, mark) = held.removeFirst()
              foreign += old.bytes.count { $0 != mark }
            }
            if round % 64 == 0 { await Task.yield() }
          }
          return foreign
        }
      }
      for await foreign in group { #expect(foreign == 0) }
    }
    #expect(pool.total <= 256 << 10)
  }

  @Test("serves a sink that grows, which keeps what was written")
  func growth() {
    let pool = BufferPool(limit: 1 << 20)
    var sink = ByteSink(pool.take(64))
    for i in 0..<10_000 { sink.append(bigEndian: Int32(i)) }
    #expect((0..<10_000).allSatisfy { Int32(bigEndian: sink.bytes.load(fromByteOffset: 4 * $0, as: Int32.self)) == $0 })
    #expect(pool.total >= 40_000)
  }
}

@Suite("Bytes of rows") struct RowBytesTests {
  @Test("are a value: who changes them changes no copy")
  func copies() {
    var sink = ByteSink()
    for byte in UInt8(0)..<100 { sink.append(byte) }
    let original = RowBytes(sink)
    var changed = original
    changed.mutableBytes[3] = 77
    #expect(original.bytes[3] == 3 && changed.bytes[3] == 77)
    let address = changed.bytes.baseAddress
    changed.mutableBytes[4] = 78
    #expect(changed.bytes.baseAddress == address, "an only owner changes them in place")
    changed.truncate(to: 4)
    #expect(Array(changed.bytes) == [0, 1, 2, 77] && original.count == 100)
  }
}
