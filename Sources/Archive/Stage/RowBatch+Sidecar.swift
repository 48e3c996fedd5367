internal import Records

extension SidecarWriter {
  /// Everything of a batch but the bytes of its rows, with the rows that its records have in one table.
  mutating func put(_ batch: RowBatch, _ table: TableRows) {
    put(batch.slice)
    put(batch.closesSlice)
    put(signed: batch.readTo)
    for count in [batch.read, batch.filtered, batch.changed, batch.warningCount] { put(count) }
    let hasKeys = table.rows.contains { $0.key != RowDigest() }
    put(hasKeys)
    put(batch.records.count)
    var previous = SourcePosition.beforeAll
    for (i, record) in batch.records.enumerated() {
      put(signed: record.ordinal &- previous.ordinal &- 1)
      put(signed: record.fileOrdinal &- previous.fileOrdinal &- 1)
      put(signed: record.offset &- previous.offset)
      put(record.length)
      let rows = table.rows(ofRecord: i)
      put(rows.count)
      for row in rows {
        put(table.range(ofRow: row).count)
        put(table.rows[row].digest)
        if hasKeys { put(table.rows[row].key) }
      }
      previous = record
    }
    for rejections in [batch.rejections, batch.warnings] {
      put(rejections.count)
      for rejection in rejections { put(rejection) }
    }
  }

  private mutating func put(_ rejection: Rejection) {
    put(signed: rejection.position.ordinal)
    put(signed: rejection.position.fileOrdinal)
    put(signed: rejection.position.offset)
    put(rejection.position.length)
    put(signed: rejection.line ?? -1)
    put(rejection.pointer)
    put(rejection.stage.rawValue)
    put(rejection.code)
    put(rejection.reason)
    put(rejection.isByPolicy)
    put(rejection.raw != nil)
    if let raw = rejection.raw { put(bytes: raw) }
    put(rejection.faults)
    put(rejection.row != nil)
    if let row = rejection.row {
      put(bytes: row.tuple)
      put(row.refused.count)
      for column in row.refused { put(column) }
    }
  }
}

extension SidecarReader {
  /// What `put` wrote, with the bytes of the rows: a batch of one table.
  /// - Parameter fields: how many a row has.
  mutating func batch(_ data: UnsafeRawBufferPointer, fields: Int) throws(Malformed) -> RowBatch {
    let slice = try size()
    let closesSlice = try flag()
    let readTo = try offset()
    var batch = RowBatch(slice: slice, closesSlice: closesSlice, source: nil, capacity: data.count)
    batch.own.bytes.append(data)
    batch.readTo = readTo
    batch.read = try size()
    batch.filtered = try size()
    batch.changed = try size()
    batch.warningCount = try size()
    try records(of: &batch, data, fields: fields)
    batch.rejections = try rejections(fields)
    batch.warnings = try rejections(fields)
    guard isAtEnd, batch.isBalanced else { throw Malformed() }
    return batch
  }

  private mutating func records(
    of batch: inout RowBatch, _ data: UnsafeRawBufferPointer, fields: Int
  ) throws(Malformed) {
    let hasKeys = try flag()
    let count = try count(ofAtLeast: 5)
    batch.records.reserveCapacity(count)
    batch.own.rows.reserveCapacity(count)
    var previous = SourcePosition.beforeAll
    for _ in 0..<count {
      let record = SourcePosition(
        ordinal: previous.ordinal &+ (try signed()) &+ 1, fileOrdinal: previous.fileOrdinal &+ (try signed()) &+ 1,
        offset: previous.offset &+ (try signed()), length: try size())
      guard record.isPossible else { throw Malformed() }
      for _ in 0..<(try self.count(ofAtLeast: hasKeys ? 33 : 17)) {
        let start = batch.own.rows.last?.end ?? 0
        let length = try size()
        guard length <= data.count - start,
          BinaryCopy.isTuple(UnsafeRawBufferPointer(rebasing: data[start..<start + length]), fields: fields)
        else { throw Malformed() }
        var row = Row(end: start + length, digest: try digest())
        if hasKeys { row.key = try digest() }
        batch.own.rows.append(row)
      }
      batch.endRecord(at: record)
      previous = record
    }
    guard batch.own.rows.last?.end ?? 0 == data.count else { throw Malformed() }
  }

  private mutating func rejections(_ fields: Int) throws(Malformed) -> [Rejection] {
    let count = try count(ofAtLeast: 13)
    var rejections: [Rejection] = []
    rejections.reserveCapacity(count)
    for _ in 0..<count { rejections.append(try rejection(fields)) }
    return rejections
  }

  private mutating func rejection(_ fields: Int) throws(Malformed) -> Rejection {
    let position = SourcePosition(
      ordinal: try offset(), fileOrdinal: try offset(), offset: try offset(), length: try size())
    let line = try signed()
    let pointer = try text()
    guard position.isPossible, line == -1 || line.isCount, let stage = Stage(rawValue: try text()) else {
      throw Malformed()
    }
    var rejection = Rejection(
      position: position, line: line < 0 ? nil : line, pointer: pointer, stage: stage, code: try text(),
      reason: try text(), isByPolicy: try flag(), raw: try flag() ? try sequence() : nil)
    rejection.faults = try size()
    if try flag() { rejection.row = try partialRow(fields) }
    return rejection
  }

  private mutating func partialRow(_ fields: Int) throws(Malformed) -> Rejection.PartialRow {
    let tuple = try sequence()
    let count = try count(ofAtLeast: 1)
    var refused: [Int] = []
    for _ in 0..<count { refused.append(try size()) }
    guard tuple.withUnsafeBytes({ BinaryCopy.isTuple($0, fields: fields) }), refused.allSatisfy({ $0 < fields }) else {
      throw Malformed()
    }
    return Rejection.PartialRow(tuple: tuple, refused: refused)
  }
}

extension SourcePosition {
  /// What the first record's differences are taken from.
  fileprivate static let beforeAll = SourcePosition(ordinal: -1, offset: 0, length: 0)

  /// Whether a source can have such a place.
  fileprivate var isPossible: Bool {
    ordinal.isCount && fileOrdinal.isCount && fileOrdinal <= ordinal && offset.isCount
      && length <= CountLimit.largestRecord
  }
}
