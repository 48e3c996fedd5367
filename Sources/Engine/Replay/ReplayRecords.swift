internal import Archive
internal import Records
internal import RejectFiles
internal import Reports

/// Writes the records that a run set aside as a stage file, as if extract had found nothing else in the source: each with
/// its own place, and every slice of the source closed once, so that the ledger's slices lie end to end.
struct ReplayRecords {
  private let sliceBytes: Int64
  /// Of the unpacked source.
  private let bytes: Int64
  private let writer: RecordsFileWriter
  private var block: SavedRecords
  private var records: Int64 = 0
  /// Behind the record written last.
  private var end: (ordinal: Int64, offset: Int64, line: Int64) = (-1, 0, 1)

  private static let blockBytes = 256 << 10

  init(_ head: StageHead, bytes: Int64, to output: consuming StageOutput, level: Int) throws {
    sliceBytes = head.sliceBytes
    self.bytes = bytes
    writer = try RecordsFileWriter(head, to: output, level: level)
    block = SavedRecords(bytes: [], places: [], slice: 0, closesSlice: false, readTo: 0)
  }

  /// Writes the rejects that have a text and are not `held`.
  mutating func write(_ rejects: inout UnresolvedRejects, without held: OrdinalSet) throws {
    defer { writer.discard() }
    while let reject = try rejects.next() {
      guard let raw = reject.record, !held.contains(reject.ordinal), reject.ordinal != end.ordinal else { continue }
      try add(reject, raw)
    }
    try close(before: Self.slices(of: bytes, each: sliceBytes))
    try writer.finish(StageFoot(found: records, bytes: bytes))
  }

  /// The number of slices in a source of `bytes` bytes.
  static func slices(of bytes: Int64, each sliceBytes: Int64) -> Int { Int(max(0, bytes - 1) / sliceBytes) + 1 }

  private mutating func add(_ reject: Reject, _ raw: [UInt8]) throws {
    guard reject.ordinal > end.ordinal, reject.offset >= end.offset, reject.offset < bytes,
      reject.bytes <= bytes - reject.offset, !raw.isEmpty
    else {
      throw RunStateError(
        .rejects, "record \(reject.ordinal) does not lie where its line says", place: "the reject file",
        remedy: "compare the file with \(RunLayout.checksums)")
    }
    try close(before: Int(reject.offset / sliceBytes))
    let line = max(reject.line ?? 1, end.line)
    block.bytes += raw
    block.places.append(
      .init(ordinal: reject.ordinal, offset: reject.offset, line: line, end: block.bytes.count))
    records += 1
    let feeds = raw.reduce(into: Int64(0)) { if $1 == 0x0A { $0 += 1 } }
    end = (reject.ordinal, reject.offset + reject.bytes, line + feeds)
    if block.bytes.count >= Self.blockBytes { try flush(closing: false) }
  }

  /// Closes the slices up to `slice`.
  private mutating func close(before slice: Int) throws {
    while block.slice < slice {
      try flush(closing: true)
      block.slice += 1
    }
  }

  private mutating func flush(closing: Bool) throws {
    let start = Int64(block.slice) * sliceBytes
    block.closesSlice = closing
    block.readTo = closing ? start + min(sliceBytes, bytes - start) : end.offset
    try writer.append(block)
    block.bytes.removeAll(keepingCapacity: true)
    block.places.removeAll(keepingCapacity: true)
  }
}
