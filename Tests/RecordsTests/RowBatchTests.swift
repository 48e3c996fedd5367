import Records
import Testing

@Suite struct RowBatchTests {
  @Test("Removing rows leaves the bytes, the places and the order of the others, whatever is removed")
  func removal() {
    var random = Sequence(state: 7)
    for round in 0..<300 {
      let rows = (0..<random.next(40)).map { i in
        [UInt8](repeating: UInt8(truncatingIfNeeded: i &* 31 &+ round), count: random.next(20))
      }
      let removed = Set(rows.indices.filter { _ in random.next(3) == 0 })
      let batch = makeBatch(rows)
      batch.removeRows { removed.contains($0) }

      let kept = rows.indices.filter { !removed.contains($0) }
      #expect(batch.rows.map(\.ordinal) == kept.map { Int64($0) })
      #expect(batch.bytes.count == kept.reduce(0) { $0 + rows[$1].count })
      let actual = batch.rows.indices.map { Array(batch.bytes.bytes[batch.range(ofRow: $0)]) }
      #expect(actual == kept.map { rows[$0] })
    }
  }

  @Test("All rows or none can be removed, and then once more")
  func extremes() {
    let batch = makeBatch([[1], [2, 2], []])
    batch.removeRows { _ in false }
    #expect(Array(batch.bytes.bytes) == [1, 2, 2])
    batch.removeRows { $0 == 0 }
    #expect(Array(batch.bytes.bytes) == [2, 2])
    batch.removeRows { _ in true }
    #expect(batch.rows.isEmpty && batch.bytes.count == 0)
    batch.removeRows { _ in true }
    #expect(batch.rows.isEmpty)
  }

  @Test("The predicate is asked once a row, by the row's number before anything was removed")
  func predicate() {
    let batch = makeBatch([[1], [2], [3], [4]])
    var asked: [Int] = []
    batch.removeRows {
      asked.append($0)
      return $0 < 2
    }
    #expect(asked == [0, 1, 2, 3])
    #expect(Array(batch.bytes.bytes) == [3, 4])
  }

  @Test("A row quotes its record and its line from the chunk it came from")
  func quoting() {
    let chunk = makeChunk("[1,\n  {\"a\":2},\n  3]\n", offset: 1_000, line: 40)
    let source = RecordBatch(chunk: chunk, records: [], firstOrdinal: 0, slice: 0, closesSlice: true)
    let batch = RowBatch(slice: 0, closesSlice: true, source: source, capacity: 0)
    batch.rows = [
      Row(end: 0, ordinal: 0, offset: 1_001, length: 1), Row(end: 0, ordinal: 1, offset: 1_006, length: 7),
      Row(end: 0, ordinal: 2, offset: 1_017, length: 1),
    ]
    var lines = LineCounter(chunk)
    #expect(batch.rows.map { lines.line(at: $0.offset) } == [40, 41, 42])
    #expect(lines.line(at: 1_006) == 41, "also backwards")
    #expect(lines.line(at: 999) == nil && lines.line(at: 2_000) == nil)
    #expect(batch.raw(ofRow: 1) == Array("{\"a\":2}".utf8))
    #expect(batch.rows[1].position == SourcePosition(ordinal: 1, offset: 1_006, length: 7))

    batch.source = nil
    #expect(batch.raw(ofRow: 1) == nil)
  }

  private func makeBatch(_ rows: [[UInt8]]) -> RowBatch {
    let batch = RowBatch(slice: 0, closesSlice: false, source: nil, capacity: 0)
    for (i, row) in rows.enumerated() {
      row.withUnsafeBytes { batch.bytes.append($0) }
      batch.rows.append(Row(end: batch.bytes.count, ordinal: Int64(i), offset: 0, length: 0))
    }
    return batch
  }
}

/// The same numbers on every run.
private struct Sequence {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}

func makeChunk(_ text: String, offset: Int64 = 0, line: Int64 = 1) -> Chunk {
  let padded = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count + 64, alignment: 16)
  padded.initializeMemory(as: UInt8.self, repeating: 0x20)
  padded.copyBytes(from: text.utf8)
  return Chunk(
    bytes: UnsafeRawBufferPointer(rebasing: padded[..<text.utf8.count]), index: .init(.allocate(capacity: 1)),
    links: .init(.allocate(capacity: 1)), offset: offset, line: line, fresh: 0..<text.utf8.count)
}
