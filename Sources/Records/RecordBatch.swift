public import Scalars

/// One record of a chunk, by place.
public struct Record: Sendable, BitwiseCopyable {
  /// Its first entry in the chunk's index.
  public var slot: UInt32
  /// Its first byte in the chunk.
  public var start: UInt32
  /// One past its last byte in the chunk.
  public var end: UInt32
  /// What was noticed in it that a policy decides upon.
  public var flags: ValueFindings

  @inlinable public init(slot: UInt32, start: UInt32, end: UInt32, flags: ValueFindings = []) {
    self.slot = slot
    self.start = start
    self.end = end
    self.flags = flags
  }
}

/// Records of one chunk that belong to one slice: complete and grammatical, unless they are flagged as malformed.
public struct RecordBatch: Sendable {
  public var chunk: Chunk
  public var records: [Record]
  /// The place of the first record among those of the dataset, counted from 0.
  public var firstOrdinal: Int64
  /// The place of the first record among those of its file, counted from 0.
  public var firstFileOrdinal: Int64
  /// The slice that all of them belong to, counted from 0.
  public var slice: Int
  /// True for the last batch of its slice; every slice has exactly one, be it empty.
  public var closesSlice: Bool
  /// The source was read up to this byte at least; with the last batch, to its end.
  public var readTo: Int64
  /// With the last batch of a slice, SHA-256 of the bytes that the slice covers, in hexadecimal; nil where nobody took it.
  public var sliceSHA256: String?

  /// - Parameters:
  ///   - firstFileOrdinal: nil: the source is one file.
  ///   - readTo: nil: to the end of the chunk.
  public init(
    chunk: Chunk, records: [Record], firstOrdinal: Int64, firstFileOrdinal: Int64? = nil, slice: Int,
    closesSlice: Bool, readTo: Int64? = nil
  ) {
    self.chunk = chunk
    self.records = records
    self.firstOrdinal = firstOrdinal
    self.firstFileOrdinal = firstFileOrdinal ?? firstOrdinal
    self.slice = slice
    self.closesSlice = closesSlice
    self.readTo = readTo ?? chunk.offset + Int64(chunk.bytes.count)
  }
  /// Where record `i` lies in the source.
  public func position(of i: Int) -> SourcePosition {
    SourcePosition(
      ordinal: firstOrdinal + Int64(i), fileOrdinal: firstFileOrdinal + Int64(i),
      offset: chunk.offset + Int64(records[i].start), length: Int(records[i].end - records[i].start))
  }
}
