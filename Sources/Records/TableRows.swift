/// One encoded row of a table.
public struct Row: Sendable, BitwiseCopyable {
  /// One past its last byte in the table's bytes; it begins where the row before it ends.
  public var end: Int
  /// What the source's tokens say the row must be once PostgreSQL prints it.
  public var digest: RowDigest
  /// The digest of its key alone (of all of it where there is no key); zero unless a comparison asked for it.
  public var key = RowDigest()

  @inlinable public init(end: Int, digest: RowDigest = RowDigest()) {
    self.end = end
    self.digest = digest
  }
}

/// The rows that the records of a batch have in one table: in PostgreSQL's binary COPY format (tuples only: no header, no
/// trailer), with what proves each.
public struct TableRows: Sendable {
  /// The tuples, one after another: `int16` count of fields, then per field `int32` length (-1: null) and the bytes.
  public var bytes: RowBytes
  public var rows: [Row]
  /// Per record of the batch, one past its last row; its rows begin where those of the record before it end.
  public private(set) var recordEnds: [Int]

  /// Without rows.
  public init(capacity: Int) {
    bytes = RowBytes(ByteSink(capacity: capacity))
    rows = []
    recordEnds = []
  }

  /// Takes over encoded rows, one of each record.
  public init(bytes: consuming ByteSink, rowPerRecord rows: [Row]) {
    self.bytes = RowBytes(bytes)
    self.rows = rows
    recordEnds = Array(unsafeUninitializedCapacity: rows.count) { ends, count in
      for i in 0..<rows.count { ends.initializeElement(at: i, to: i + 1) }
      count = rows.count
    }
  }

  /// The bytes of row `i` lie here.
  public func range(ofRow i: Int) -> Range<Int> { range(ofRows: i..<i + 1) }

  /// The bytes of these rows lie here.
  public func range(ofRows rows: Range<Int>) -> Range<Int> {
    end(ofRow: rows.lowerBound - 1)..<end(ofRow: rows.upperBound - 1)
  }

  /// The rows of record `i`.
  public func rows(ofRecord i: Int) -> Range<Int> { rows(ofRecords: i..<i + 1) }

  /// The rows of these records.
  public func rows(ofRecords records: Range<Int>) -> Range<Int> {
    end(ofRecord: records.lowerBound - 1)..<end(ofRecord: records.upperBound - 1)
  }

  /// The record that a row is of.
  public func record(ofRow row: Int) -> Int {
    var (low, high) = (0, recordEnds.count)
    while low < high {
      let middle = (low + high) / 2
      if recordEnds[middle] <= row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func end(ofRow i: Int) -> Int { i < 0 ? 0 : rows[i].end }
  private func end(ofRecord i: Int) -> Int { i < 0 ? 0 : recordEnds[i] }

  /// What was added since the record before is the next record's.
  mutating func endRecord() { recordEnds.append(rows.count) }

  /// Takes the rows out of the records for which `removed` says so; the order of the others stays.
  mutating func removeRecords(_ removed: [Bool]) {
    var kept = (records: 0, rows: 0, bytes: 0)
    var (row, start) = (0, 0)
    let memory = bytes.mutableBytes
    for record in removed.indices {
      let rowEnd = recordEnds[record]
      let end = rowEnd > row ? rows[rowEnd - 1].end : start
      defer { (row, start) = (rowEnd, end) }
      if removed[record] { continue }
      let shift = start - kept.bytes
      if shift > 0, end > start {
        UnsafeMutableRawBufferPointer(rebasing: memory[kept.bytes..<end - shift])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
      }
      for i in row..<rowEnd {
        rows[kept.rows] = rows[i]
        rows[kept.rows].end -= shift
        kept.rows += 1
      }
      kept.bytes = end - shift
      recordEnds[kept.records] = kept.rows
      kept.records += 1
    }
    recordEnds.removeLast(recordEnds.count - kept.records)
    rows.removeLast(rows.count - kept.rows)
    bytes.truncate(to: kept.bytes)
  }
}
