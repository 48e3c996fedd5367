/// One encoded row of a batch.
public struct Row: Sendable, BitwiseCopyable {
  /// One past its last byte in the batch's bytes; it begins where the row before it ends.
  public var end: Int
  /// Its record's place in the source, counted from 0.
  public var ordinal: Int64
  /// Its record's first byte in the source.
  public var offset: Int64
  /// Its record's length in bytes.
  public var length: Int
  /// What the source's tokens say the row must be once PostgreSQL prints it.
  public var digest: RowDigest
  /// The digest of its key alone (of all of it where there is no key); zero unless a comparison asked for it.
  public var key = RowDigest()

  @inlinable public init(end: Int, ordinal: Int64, offset: Int64, length: Int, digest: RowDigest = RowDigest()) {
    self.end = end
    self.ordinal = ordinal
    self.offset = offset
    self.length = length
    self.digest = digest
  }

  public var position: SourcePosition { SourcePosition(ordinal: ordinal, offset: offset, length: length) }
}

/// Rows in PostgreSQL's binary COPY format (tuples only: no header, no trailer), with what proves and places each.
///
/// Sendable because it has one owner at a time: the stage that received it from a channel.
public final class RowBatch: @unchecked Sendable {
  /// The tuples, one after another: `int16` count of fields, then per field `int32` length (-1: null) and the bytes.
  public var bytes: ByteSink
  public var rows: [Row] = []
  /// Records that did not become rows.
  public var rejections: [Rejection] = []
  /// Rows that broke a rule of severity `warning`; they are loaded. At most `warningsKept` are kept a batch.
  public var warnings: [Rejection] = []
  public var warningCount = 0
  /// Records that a `where` rule left out.
  public var filtered = 0
  /// Records that came in: `rows.count + rejections.count + filtered` at every wall between stages.
  public var read = 0
  /// Values that a policy or `coerce: lenient` changed.
  public var changed = 0
  public let slice: Int
  public let closesSlice: Bool
  /// The source was read up to this byte at least; with the last batch, to its end.
  public var readTo: Int64
  /// The records these rows came from, for as long as a stage may still have to quote one; nil from a stage file.
  public var source: RecordBatch?

  public static let warningsKept = 100

  /// An empty batch.
  public convenience init(slice: Int, closesSlice: Bool, source: RecordBatch?, capacity: Int) {
    self.init(bytes: ByteSink(capacity: capacity), slice: slice, closesSlice: closesSlice, source: source)
  }

  /// Takes over encoded rows; `rows` and the counts are still to be set.
  public init(bytes: consuming ByteSink, slice: Int, closesSlice: Bool, source: RecordBatch?) {
    self.bytes = bytes
    self.slice = slice
    self.closesSlice = closesSlice
    self.source = source
    readTo = source?.readTo ?? 0
  }

  /// The bytes of row `i` lie here.
  public func range(ofRow i: Int) -> Range<Int> {
    (i == 0 ? 0 : rows[i - 1].end)..<rows[i].end
  }

  /// Takes the rows out for which `isRemoved` says so; the order of the others stays.
  public func removeRows(where isRemoved: (Int) -> Bool) {
    var kept = 0
    var end = 0
    var start = 0
    let memory = bytes.mutableBytes
    for i in rows.indices {
      let rowEnd = rows[i].end
      defer { start = rowEnd }
      if isRemoved(i) { continue }
      let length = rowEnd - start
      if start != end, length > 0 {
        UnsafeMutableRawBufferPointer(rebasing: memory[end..<end + length])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<rowEnd]))
      }
      end += length
      rows[kept] = rows[i]
      rows[kept].end = end
      kept += 1
    }
    rows.removeLast(rows.count - kept)
    bytes.truncate(to: end)
  }

  /// The record of row `i`, byte for byte, where the source is still at hand.
  public func raw(ofRow i: Int) -> [UInt8]? {
    guard let chunk = source?.chunk else { return nil }
    let place = Int(rows[i].offset - chunk.offset)
    return [UInt8](chunk.bytes[place..<place + rows[i].length])
  }
}

/// All rows of one slice of the source: what one connection loads in one transaction.
public struct Slice: Sendable {
  public var number: Int
  /// The range of the source it covers; its records begin in here, the last one may end beyond.
  public var range: Range<Int64>
  /// One past the last byte of its last record: the backup has to hold everything before it, before COMMIT.
  public var lastByte: Int64
  public var batches: [RowBatch]
  /// SHA-256 of the source's bytes in `range`, in hexadecimal; nil where they were not read (a stage file).
  public var sha256: String?

  public init(number: Int, range: Range<Int64>, lastByte: Int64, batches: [RowBatch], sha256: String? = nil) {
    self.number = number
    self.range = range
    self.lastByte = lastByte
    self.batches = batches
    self.sha256 = sha256
  }
}
