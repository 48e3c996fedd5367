/// Records of one slice without the source around them: what a stage file keeps of a batch of records.
public struct SavedRecords: Sendable {
  /// One record, and where it came from.
  public struct Place: Sendable, Hashable, BitwiseCopyable {
    /// Its place among the records of the dataset, counted from 0.
    public var ordinal: Int64
    /// Its place among the records of its file, counted from 0.
    public var fileOrdinal: Int64
    /// Its first byte in the source.
    public var offset: Int64
    /// The line of that byte, counted from 1.
    public var line: Int64
    /// One past its last byte in `bytes`; it begins where the record before it ends.
    public var end: Int

    /// - Parameter fileOrdinal: nil: the source is one file, and both are equal.
    public init(ordinal: Int64, fileOrdinal: Int64? = nil, offset: Int64, line: Int64, end: Int) {
      self.ordinal = ordinal
      self.fileOrdinal = fileOrdinal ?? ordinal
      self.offset = offset
      self.line = line
      self.end = end
    }
  }

  /// The records, byte for byte, one after another with nothing between them.
  public var bytes: [UInt8]
  /// In the order of the source.
  public var places: [Place]
  /// The slice that all of them belong to, counted from 0.
  public var slice: Int
  /// True for the last batch of its slice.
  public var closesSlice: Bool
  /// See `RecordBatch.readTo`.
  public var readTo: Int64

  public init(bytes: [UInt8], places: [Place], slice: Int, closesSlice: Bool, readTo: Int64) {
    self.bytes = bytes
    self.places = places
    self.slice = slice
    self.closesSlice = closesSlice
    self.readTo = readTo
  }

  /// The bytes of record `i` lie here.
  public func range(of i: Int) -> Range<Int> {
    (i == 0 ? 0 : places[i - 1].end)..<places[i].end
  }
}
