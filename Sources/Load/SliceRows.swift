internal import Postgres
internal import Records

/// The records of a slice as one sequence, over the batches they lie in, and their rows in each table.
struct SliceRows {
  private let batches: [RowBatch]
  /// The first record of each batch, and behind the last the number of all.
  private let starts: [Int]

  init(_ slice: Slice) {
    batches = slice.batches
    starts = slice.batches.reduce(into: [0]) { starts, batch in
      starts.append((starts.last ?? 0) + batch.records.count)
    }
  }

  /// How many records there are.
  var count: Int { starts.last ?? 0 }

  subscript(_ record: Int) -> SourcePosition {
    let (batch, place) = place(record)
    return batches[batch].records[place]
  }

  /// The record of an ordinal; ordinals rise.
  func record(ordinal: Int64) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].ordinal < ordinal { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].ordinal == ordinal ? low : nil
  }

  /// What the rows of a record add up to in a table.
  func sum(of record: Int, in table: Int) -> RowSum {
    let (batch, place) = place(record)
    let rows = batches[batch].tables[table]
    return rows.rows(ofRecord: place).reduce(into: RowSum()) { $0.add(rows.rows[$1].digest) }
  }

  /// How many rows the records have in a table.
  func count(of records: [Range<Int>], in table: Int) -> Int {
    var count = 0
    forEachPart(records) { batch, part, _ in count += batch.tables[table].rows(ofRecords: part).count }
    return count
  }

  /// The record of the row that a COPY of the records' rows counts as its `number`th, from 1.
  func record(ofRow number: Int, of records: [Range<Int>], in table: Int) -> Int? {
    var (left, found) = (number - 1, nil as Int?)
    forEachPart(records) { batch, part, first in
      let rows = batch.tables[table].rows(ofRecords: part)
      if left >= 0, left < rows.count {
        found = first + batch.tables[table].record(ofRow: rows.lowerBound + left)
      }
      left -= rows.count
    }
    return found
  }

  /// Writes the records' rows in a table as a whole binary COPY: header, tuples, trailer.
  /// - Parameter ordinals: each row gets one more field, the `int8` that says which record of the dataset it is of.
  func write(
    _ records: [Range<Int>], of table: Int, ordinals: Bool, to writer: inout CopyWriter
  ) throws(PostgresError) {
    try write(BinaryCopy.header, to: &writer)
    try forEachPart(records) { (batch, part, _) throws(PostgresError) in
      let rows = batch.tables[table]
      if ordinals {
        try writeWithOrdinals(part, of: rows, batch.records, to: &writer)
      } else {
        let bytes = rows.range(ofRows: rows.rows(ofRecords: part))
        try writer.write(UnsafeRawBufferPointer(rebasing: rows.bytes.bytes[bytes]))
      }
    }
    try write(BinaryCopy.trailer, to: &writer)
  }

  /// Calls `body` with each batch that has some of the records, the places of those there, and the number here of the batch's
  /// first record.
  private func forEachPart<E: Error>(
    _ records: [Range<Int>], _ body: (RowBatch, Range<Int>, Int) throws(E) -> Void
  ) throws(E) {
    for range in records {
      for (i, batch) in batches.enumerated() {
        let part = range.clamped(to: starts[i]..<starts[i + 1])
        if part.isEmpty { continue }
        try body(batch, part.lowerBound - starts[i]..<part.upperBound - starts[i], starts[i])
      }
    }
  }

  private func writeWithOrdinals(
    _ part: Range<Int>, of table: TableRows, _ records: [SourcePosition], to writer: inout CopyWriter
  ) throws(PostgresError) {
    var sink = ByteSink(capacity: 2 * Self.pieceBytes)
    for record in part {
      for row in table.rows(ofRecord: record) {
        let tuple = UnsafeRawBufferPointer(rebasing: table.bytes.bytes[table.range(ofRow: row)])
        sink.append(tuple: tuple, adding: records[record].ordinal)
        if sink.count >= Self.pieceBytes {
          try writer.write(sink.bytes)
          sink.removeAll()
        }
      }
    }
    try writer.write(sink.bytes)
  }

  private static let pieceBytes = 64 << 10

  private func write(_ bytes: [UInt8], to writer: inout CopyWriter) throws(PostgresError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(PostgresError) in try writer.write(UnsafeRawBufferPointer(bytes))
    }
  }

  /// The batch that a record lies in, and its place there.
  private func place(_ record: Int) -> (batch: Int, record: Int) {
    let batch = (starts.firstIndex { $0 > record } ?? starts.count) - 1
    return (batch, record - starts[batch])
  }
}
