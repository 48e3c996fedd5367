public import Records

/// Writes `stages/<dataset>.records.ndjson.zst`: what `zstd -dc` prints has a record a line.
///
/// Line feeds and carriage returns between a record's tokens become spaces in its line; the block remembers where, so
/// that the record comes back byte for byte. One owner, whose thread it may block.
public final class RecordsFileWriter {
  private let frames: StageFrameWriter
  private var lines = ByteSink()
  private var sidecar = SidecarWriter()
  private var breaks: [Int] = []
  /// The record added last, and how many the block has so far.
  private var previous = SavedRecords.Place(ordinal: -1, offset: 0, line: 1, end: 0)
  private var added = 0

  public init(_ head: StageHead, to output: consuming StageOutput, level: Int = 1) throws {
    precondition(head.kind == .records)
    frames = try StageFrameWriter(to: output, level: level)
    try frames.head(StageJSON.encode(head, file: frames.name))
  }

  /// Adds a block with the records of a batch.
  public func append(_ batch: RecordBatch) throws {
    begin(slice: batch.slice, closes: batch.closesSlice, readTo: batch.readTo, count: batch.records.count)
    var counter = LineCounter(batch.chunk)
    for (i, record) in batch.records.enumerated() {
      let position = batch.position(of: i)
      let bytes = UnsafeRawBufferPointer(rebasing: batch.chunk.bytes[Int(record.start)..<Int(record.end)])
      add(
        bytes,
        SavedRecords.Place(
          ordinal: position.ordinal, fileOrdinal: position.fileOrdinal, offset: position.offset,
          line: counter.line(at: position.offset) ?? 1, end: 0))
    }
    try end()
  }

  /// Adds a block with single records, which need not follow each other; their places must ascend.
  public func append(_ saved: SavedRecords) throws {
    begin(slice: saved.slice, closes: saved.closesSlice, readTo: saved.readTo, count: saved.places.count)
    saved.bytes.withUnsafeBytes { bytes in
      for (i, place) in saved.places.enumerated() {
        add(UnsafeRawBufferPointer(rebasing: bytes[saved.range(of: i)]), place)
      }
    }
    try end()
  }

  private func begin(slice: Int, closes: Bool, readTo: Int64, count: Int) {
    lines.removeAll()
    breaks.removeAll(keepingCapacity: true)
    sidecar.removeAll()
    added = 0
    previous = SavedRecords.Place(ordinal: -1, offset: 0, line: 1, end: 0)
    sidecar.put(slice)
    sidecar.put(closes)
    sidecar.put(signed: readTo)
    sidecar.put(count)
  }

  /// Adds a line, takes the line breaks out of it, and places it.
  private func add(_ record: UnsafeRawBufferPointer, _ place: SavedRecords.Place) {
    sidecar.put(signed: place.ordinal &- previous.ordinal &- 1)
    sidecar.put(signed: place.fileOrdinal &- previous.fileOrdinal &- 1)
    sidecar.put(signed: place.offset &- previous.offset)
    sidecar.put(signed: place.line &- previous.line)
    sidecar.put(record.count)
    previous = place
    let start = lines.count
    lines.append(record)
    for i in record.indices where record[i] == 0x0A || record[i] == 0x0D {
      // Counted in the records without the line ends between them.
      breaks.append((start - added + i) << 1 | (record[i] == 0x0D ? 1 : 0))
      lines.mutableBytes[start + i] = 0x20
    }
    lines.append(0x0A)
    added += 1
  }

  private func end() throws {
    putBreaks()
    try frames.block(sidecar: sidecar.bytes, data: lines.bytes)
  }

  private func putBreaks() {
    sidecar.put(breaks.count)
    var previous = 0
    for place in breaks {
      sidecar.put(place - previous)
      previous = place
    }
  }

  /// Writes the foot and gives the file its name.
  public func finish(_ foot: StageFoot) throws {
    var foot = foot
    foot.blocks = frames.blocks
    try frames.foot(StageJSON.encode(foot, file: frames.name))
    try frames.publish()
  }

  /// Removes what was written.
  public func discard() { frames.discard() }
}
