import Records
import Testing

@Suite struct RowBatchTests {
  /// What a batch is, written as plainly as can be: a record is its ordinal and its rows' bytes, table by table.
  private struct Model: Equatable {
    var ordinal: Int64
    var tables: [[[UInt8]]]
  }

  private func makeBatch(_ records: [Model], tables: Int) -> RowBatch {
    var batch = RowBatch(
      tables: (0..<tables).map { _ in TableRows(capacity: 0) }, slice: 0, closesSlice: false, source: nil)
    for record in records {
      for (table, rows) in record.tables.enumerated() {
        for row in rows {
          row.withUnsafeBytes { batch.tables[table].bytes.append($0) }
          let end = batch.tables[table].bytes.count
          batch.tables[table].rows.append(Row(end: end, digest: RowDigest(low: UInt64(row.count))))
        }
      }
      batch.endRecord(at: SourcePosition(ordinal: record.ordinal, offset: 0, length: 0))
    }
    batch.read = records.count
    return batch
  }

  private func model(of batch: RowBatch) -> [Model] {
    batch.records.enumerated().map { i, record in
      Model(
        ordinal: record.ordinal,
        tables: batch.tables.map { table in
          table.rows(ofRecord: i).map { Array(table.bytes.bytes[table.range(ofRow: $0)]) }
        })
    }
  }

  @Test("Removing records takes their rows out of every table and leaves the others as they were, again and again")
  func removal() {
    var random = Sequence(state: 7)
    for round in 0..<300 {
      let tables = 1 + random.next(3)
      var records = (0..<random.next(40)).map { i in
        Model(
          ordinal: Int64(3 * i),
          tables: (0..<tables).map { table in
            (0..<random.next(4)).map { _ in
              [UInt8](repeating: UInt8(truncatingIfNeeded: i &* 31 &+ round &+ table), count: random.next(20))
            }
          })
      }
      var batch = makeBatch(records, tables: tables)
      for _ in 0..<3 {
        let removed = records.indices.map { _ in random.next(3) == 0 }
        batch.removeRecords { removed[$0] }
        batch.filtered += removed.count { $0 }
        records = zip(records, removed).filter { !$1 }.map(\.0)
        #expect(model(of: batch) == records)
        #expect(batch.isBalanced)
        for (i, table) in batch.tables.enumerated() {
          let rows = records.flatMap { $0.tables[i] }
          #expect(Array(table.bytes.bytes) == rows.flatMap { $0 })
          #expect(table.rows.map(\.digest.low) == rows.map { UInt64($0.count) }, "each row keeps its digest")
          #expect(table.rows.indices.allSatisfy { table.rows(ofRecord: table.record(ofRow: $0)).contains($0) })
        }
      }
    }
  }

  @Test("All records or none can be removed, and then once more")
  func extremes() {
    var batch = makeBatch([[1], [2, 2], []])
    batch.removeRecords { _ in false }
    #expect(Array(batch.own.bytes.bytes) == [1, 2, 2])
    batch.removeRecords { $0 == 0 }
    #expect(Array(batch.own.bytes.bytes) == [2, 2])
    batch.removeRecords { _ in true }
    #expect(batch.records.isEmpty && batch.own.rows.isEmpty && batch.own.bytes.count == 0)
    batch.removeRecords { _ in true }
    #expect(batch.records.isEmpty)
  }

  @Test("The predicate is asked once a record, by the record's number before anything was removed")
  func predicate() {
    var batch = makeBatch([[1], [2], [3], [4]])
    var asked: [Int] = []
    batch.removeRecords {
      asked.append($0)
      return $0 < 2
    }
    #expect(asked == [0, 1, 2, 3])
    #expect(Array(batch.own.bytes.bytes) == [3, 4])
  }

  @Test("Encoded rows are taken over as one of each record")
  func takenOver() {
    var bytes = ByteSink()
    for byte: UInt8 in [1, 2, 3] { bytes.append(byte) }
    let table = TableRows(bytes: bytes, rowPerRecord: [Row(end: 1), Row(end: 3)])
    #expect([0, 1].map { table.rows(ofRecord: $0) } == [0..<1, 1..<2])
    #expect(table.range(ofRows: table.rows(ofRecords: 0..<2)) == 0..<3)
    #expect(table.rows(ofRecords: 0..<0).isEmpty && table.range(ofRows: 0..<0).isEmpty)
  }

  @Test("A record is quoted with its line from the chunk it came from, and has a number in its file")
  func quoting() {
    let chunk = makeChunk("[1,\n  {\"a\":2},\n  3]\n", offset: 1_000, line: 40)
    let records = [(1, 2), (6, 13), (17, 18)].map { Record(slot: 0, start: $0.0, end: $0.1) }
    let source = RecordBatch(
      chunk: chunk, records: records, firstOrdinal: 70, firstFileOrdinal: 0, slice: 0, closesSlice: true)
    var batch = RowBatch(slice: 0, closesSlice: true, source: source, capacity: 0)
    for i in records.indices { batch.endRecord(at: source.position(of: i)) }
    var lines = LineCounter(chunk)
    #expect(batch.records.map { lines.line(at: $0.offset) } == [40, 41, 42])
    #expect(lines.line(at: 1_006) == 41, "also backwards")
    #expect(lines.line(at: 999) == nil && lines.line(at: 2_000) == nil)
    #expect(batch.raw(ofRecord: 1) == Array("{\"a\":2}".utf8))
    #expect(batch.records[1] == SourcePosition(ordinal: 71, fileOrdinal: 1, offset: 1_006, length: 7))
    #expect(batch.own.rows(ofRecord: 1).isEmpty)

    batch.source = nil
    #expect(batch.raw(ofRecord: 1) == nil)
  }

  /// A batch of one table, a row a record.
  private func makeBatch(_ rows: [[UInt8]]) -> RowBatch {
    makeBatch(rows.enumerated().map { Model(ordinal: Int64($0), tables: [[$1]]) }, tables: 1)
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
  let memory = Buffer(bytes: text.utf8.count + Padding.text)
  memory.bytes.copyBytes(from: text.utf8)
  let none = UnsafeBufferPointer<UInt32>(start: nil, count: 0)
  return Chunk(
    in: memory, bytes: UnsafeRawBufferPointer(rebasing: memory.bytes[..<text.utf8.count]), index: none, links: none,
    offset: offset, line: line, fresh: 0..<text.utf8.count)
}
