internal import Records

extension SidecarWriter {
  /// Everything of a batch but the bytes of its rows.
  mutating func put(_ batch: RowBatch) {
    put(batch.slice)
    put(batch.closesSlice)
    put(signed: batch.readTo)
    for count in [batch.read, batch.filtered, batch.changed, batch.warningCount] { put(count) }
    let hasKeys = batch.rows.contains { $0.key != RowDigest() }
    put(hasKeys)
    put(batch.rows.count)
    var previous = Row(end: 0, ordinal: -1, offset: 0, length: 0)
    for row in batch.rows {
      put(row.end - previous.end)
      put(signed: row.ordinal &- previous.ordinal &- 1)
      put(signed: row.offset &- previous.offset)
      put(row.length)
      put(row.digest)
      if hasKeys { put(row.key) }
      previous = row
    }
    for rejections in [batch.rejections, batch.warnings] {
      put(rejections.count)
      for rejection in rejections { put(rejection) }
    }
  }

  private mutating func put(_ rejection: Rejection) {
    put(signed: rejection.position.ordinal)
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
  /// What `put` wrote, with the bytes of the rows.
  /// - Parameter fields: how many a row has.
  mutating func batch(_ data: UnsafeRawBufferPointer, fields: Int) throws(Malformed) -> RowBatch {
    let slice = try size()
    let closesSlice = try flag()
    let readTo = try offset()
    var bytes = ByteSink(capacity: data.count)
    bytes.append(data)
    let batch = RowBatch(bytes: bytes, slice: slice, closesSlice: closesSlice, source: nil)
    batch.readTo = readTo
    batch.read = try size()
    batch.filtered = try size()
    batch.changed = try size()
    batch.warningCount = try size()
    batch.rows = try rows(data, fields: fields)
    batch.rejections = try rejections(fields)
    batch.warnings = try rejections(fields)
    guard isAtEnd, batch.rows.count + batch.rejections.count + batch.filtered == batch.read else { throw Malformed() }
    return batch
  }

  private mutating func rows(_ data: UnsafeRawBufferPointer, fields: Int) throws(Malformed) -> [Row] {
    let hasKeys = try flag()
    let count = try count(ofAtLeast: hasKeys ? 36 : 20)
    var rows: [Row] = []
    rows.reserveCapacity(count)
    var previous = Row(end: 0, ordinal: -1, offset: 0, length: 0)
    for _ in 0..<count {
      let length = try size()
      guard length <= data.count - previous.end else { throw Malformed() }
      var row = Row(
        end: previous.end + length, ordinal: previous.ordinal &+ (try signed()) &+ 1,
        offset: previous.offset &+ (try signed()), length: try size(), digest: try digest())
      if hasKeys { row.key = try digest() }
      guard row.position.isPossible,
        BinaryCopy.isTuple(UnsafeRawBufferPointer(rebasing: data[previous.end..<row.end]), fields: fields)
      else { throw Malformed() }
      rows.append(row)
      previous = row
    }
    guard previous.end == data.count else { throw Malformed() }
    return rows
  }

  private mutating func rejections(_ fields: Int) throws(Malformed) -> [Rejection] {
    let count = try count(ofAtLeast: 12)
    var rejections: [Rejection] = []
    rejections.reserveCapacity(count)
    for _ in 0..<count { rejections.append(try rejection(fields)) }
    return rejections
  }

  private mutating func rejection(_ fields: Int) throws(Malformed) -> Rejection {
    let position = SourcePosition(ordinal: try offset(), offset: try offset(), length: try size())
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
  /// Whether a source can have such a place.
  fileprivate var isPossible: Bool {
    ordinal.isCount && offset.isCount && length <= CountLimit.largestRecord
  }
}
