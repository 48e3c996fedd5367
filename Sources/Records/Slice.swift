/// All rows of one slice of the source, in all tables: what one connection loads in one transaction.
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
