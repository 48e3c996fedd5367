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

  public init(_ head: StageHead, to output: consuming StageOutput, level: Int = 1) throws {
    precondition(head.kind == .records)
    frames = try StageFrameWriter(to: output, level: level)
    try frames.head(StageJSON.encode(head, file: frames.name))
  }

  /// Adds a block with the records of a batch.
  public func append(_ batch: RecordBatch) throws {
    lines.removeAll()
    breaks.removeAll(keepingCapacity: true)
    sidecar.removeAll()
    sidecar.put(batch.slice)
    sidecar.put(batch.closesSlice)
    sidecar.put(signed: batch.readTo)
    sidecar.put(batch.records.count)
    var counter = LineCounter(batch.chunk)
    var previous = SavedRecords.Place(ordinal: -1, offset: 0, line: 1, end: 0)
    for (i, record) in batch.records.enumerated() {
      let place = SavedRecords.Place(
        ordinal: batch.firstOrdinal + Int64(i), offset: batch.chunk.offset + Int64(record.start),
        line: counter.line(at: batch.chunk.offset + Int64(record.start)) ?? 1, end: 0)
      put(place, after: previous)
      sidecar.put(Int(record.end - record.start))
      previous = place
      append(UnsafeRawBufferPointer(rebasing: batch.chunk.bytes[Int(record.start)..<Int(record.end)]), number: i)
    }
    putBreaks()
    try frames.block(sidecar: sidecar.bytes, data: lines.bytes)
  }

  private func put(_ place: SavedRecords.Place, after previous: SavedRecords.Place) {
    sidecar.put(signed: place.ordinal &- previous.ordinal &- 1)
    sidecar.put(signed: place.offset &- previous.offset)
    sidecar.put(signed: place.line &- previous.line)
  }

  /// Adds a line and takes the line breaks out of it.
  private func append(_ record: UnsafeRawBufferPointer, number: Int) {
    let start = lines.count
    lines.append(record)
    for i in record.indices where record[i] == 0x0A || record[i] == 0x0D {
      // Counted in the records without the line ends between them.
      breaks.append((start - number + i) << 1 | (record[i] == 0x0D ? 1 : 0))
      lines.mutableBytes[start + i] = 0x20
    }
    lines.append(0x0A)
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
