/// Records and the rows that they became, of one table or more.
///
/// A value: what a stage changes, no other one sees.
public struct RowBatch: Sendable {
  /// The records that became rows, in the order of the source.
  public var records: [SourcePosition] = []
  /// Their rows by table, the dataset's own table first. Each has a range of rows for each of `records`.
  public var tables: [TableRows]
  /// Records that did not become rows.
  public var rejections: [Rejection] = []
  /// Records that broke a rule of severity `warning`; they are loaded. At most `warningsKept` are kept a batch.
  public var warnings: [Rejection] = []
  public var warningCount = 0
  /// Records that a `where` rule left out.
  public var filtered = 0
  /// Records that came in: see `isBalanced`.
  public var read = 0
  /// Values that a policy or `coerce: lenient` changed.
  public var changed = 0
  public let slice: Int
  public let closesSlice: Bool
  /// The source was read up to this byte at least; with the last batch, to its end.
  public var readTo: Int64
  /// The batch that the records came in, for as long as a stage may still have to quote one; nil from a stage file.
  public var source: RecordBatch?

  public static let warningsKept = 100

  /// An empty batch of one table.
  public init(slice: Int, closesSlice: Bool, source: RecordBatch?, capacity: Int) {
    self.init(tables: [TableRows(capacity: capacity)], slice: slice, closesSlice: closesSlice, source: source)
  }

  /// Takes over encoded rows; `records` and the counts are still to be set.
  public init(tables: [TableRows], slice: Int, closesSlice: Bool, source: RecordBatch?) {
    precondition(!tables.isEmpty)
    self.tables = tables
    self.slice = slice
    self.closesSlice = closesSlice
    self.source = source
    readTo = source?.readTo ?? 0
  }

  /// The rows of the dataset's own table.
  public var own: TableRows {
    get { tables[0] }
    _modify { yield &tables[0] }
  }

  /// Whether every record that came in is accounted for, as it must be at every wall between stages.
  public var isBalanced: Bool { read == records.count + rejections.count + filtered }

  /// Adds a record, of which are the rows that were added to the tables since the record before.
  public mutating func endRecord(at position: SourcePosition) {
    records.append(position)
    for i in tables.indices { tables[i].endRecord() }
  }

  /// Takes the records out for which `isRemoved` says so, with their rows in every table; the order of the others stays.
  public mutating func removeRecords(where isRemoved: (Int) -> Bool) {
    let removed = records.indices.map(isRemoved)
    for i in tables.indices { tables[i].removeRecords(removed) }
    var kept = 0
    for i in removed.indices where !removed[i] {
      records[kept] = records[i]
      kept += 1
    }
    records.removeLast(records.count - kept)
  }

  /// Record `i`, byte for byte, where the source is still held.
  public func raw(ofRecord i: Int) -> [UInt8]? {
    guard let chunk = source?.chunk else { return nil }
    let place = Int(records[i].offset - chunk.offset)
    return [UInt8](chunk.bytes[place..<place + records[i].length])
  }
}
