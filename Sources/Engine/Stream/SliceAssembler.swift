internal import Records

/// Collects the batches of a slice until it is whole.
struct SliceAssembler {
  private let sliceBytes: Int64
  private var batches: [RowBatch] = []
  private var lastByte: Int64 = 0

  init(sliceBytes: Int64) { self.sliceBytes = sliceBytes }

  /// Takes over a batch and lets go of its records.
  /// - Returns: the slice, when this batch closes it.
  mutating func add(_ batch: consuming RowBatch) -> Slice? {
    if let last = batch.records.last { lastByte = last.offset + Int64(last.length) }
    let (number, isLast, readTo) = (batch.slice, batch.closesSlice, batch.readTo)
    let sha256 = batch.source?.sliceSHA256
    batch.source = nil
    batches.append(batch)
    guard isLast else { return nil }
    let start = Int64(number) * sliceBytes
    // The source ends inside its last slice.
    let end = max(start, min(start + sliceBytes, readTo))
    defer { batches = [] }
    return Slice(number: number, range: start..<end, lastByte: lastByte, batches: batches, sha256: sha256)
  }
}
