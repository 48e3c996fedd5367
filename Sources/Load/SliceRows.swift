internal import Postgres
internal import Records

/// The rows of a slice as one sequence, over the batches they lie in.
struct SliceRows {
  private let batches: [RowBatch]
  /// The first row of each batch, and behind the last the number of all.
  private let starts: [Int]

  init(_ slice: Slice) {
    batches = slice.batches
    starts = slice.batches.reduce(into: [0]) { starts, batch in
      starts.append((starts.last ?? 0) + batch.rows.count)
    }
  }

  var count: Int { starts.last ?? 0 }

  subscript(_ row: Int) -> Row {
    let batch = place(row)
    return batches[batch].rows[row - starts[batch]]
  }

  /// The row of a record; ordinals rise.
  func row(ordinal: Int64) -> Row? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].ordinal < ordinal { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].ordinal == ordinal ? self[low] : nil
  }

  /// Writes rows as a whole binary COPY: header, tuples, trailer.
  /// - Parameter ordinals: each row gets one more field, the `int8` that says which record of the source it was.
  func write(_ ranges: [Range<Int>], ordinals: Bool, to writer: inout CopyWriter) throws(PostgresError) {
    try write(BinaryCopy.header, to: &writer)
    for range in ranges { try write(range, ordinals: ordinals, to: &writer) }
    try write(BinaryCopy.trailer, to: &writer)
  }

  private func write(_ range: Range<Int>, ordinals: Bool, to writer: inout CopyWriter) throws(PostgresError) {
    for (i, batch) in batches.enumerated() {
      let part = range.clamped(to: starts[i]..<starts[i + 1])
      guard !part.isEmpty else { continue }
      let rows = part.lowerBound - starts[i]..<part.upperBound - starts[i]
      if ordinals {
        try writeWithOrdinals(rows, of: batch, to: &writer)
      } else {
        let first = batch.range(ofRow: rows.lowerBound).lowerBound
        let end = batch.range(ofRow: rows.upperBound - 1).upperBound
        try writer.write(UnsafeRawBufferPointer(rebasing: batch.bytes.bytes[first..<end]))
      }
    }
  }

  private func writeWithOrdinals(
    _ rows: Range<Int>, of batch: RowBatch, to writer: inout CopyWriter
  ) throws(PostgresError) {
    var sink = ByteSink(capacity: 2 * Self.pieceBytes)
    for row in rows {
      let tuple = UnsafeRawBufferPointer(rebasing: batch.bytes.bytes[batch.range(ofRow: row)])
      let fields = tuple.loadUnaligned(as: Int16.self).bigEndian
      sink.append(bigEndian: fields + 1)
      sink.append(UnsafeRawBufferPointer(rebasing: tuple[2...]))
      sink.append(bigEndian: Int32(8))
      sink.append(bigEndian: batch.rows[row].ordinal)
      if sink.count >= Self.pieceBytes {
        try writer.write(sink.bytes)
        sink.removeAll()
      }
    }
    try writer.write(sink.bytes)
  }

  private static let pieceBytes = 64 << 10

  private func write(_ bytes: [UInt8], to writer: inout CopyWriter) throws(PostgresError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(PostgresError) in try writer.write(UnsafeRawBufferPointer(bytes))
    }
  }

  private func place(_ row: Int) -> Int {
    (starts.firstIndex { $0 > row } ?? starts.count) - 1
  }
}
