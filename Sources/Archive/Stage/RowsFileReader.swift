public import Records

/// Reads `stages/<dataset>.rows.pgcopy.zst` back. One owner, whose thread it may block.
public final class RowsFileReader {
  private let file: StageFileReader
  /// The columns that the rows were encoded for.
  public let layout: TableLayout
  private var hasHeader = false
  private var hasTrailer = false
  private var totals = Totals()

  /// Reads the head.
  public init(_ input: consuming StageInput) throws {
    file = try StageFileReader(input, kind: .rows)
    guard let layout = file.head.layout, (1...Int(Int16.max)).contains(layout.columns.count) else {
      throw file.frames.damaged("its head names no columns")
    }
    self.layout = layout
  }

  public var head: StageHead { file.head }
  public var name: String { file.frames.name }
  /// Bytes of the file read so far, and in all where that is known.
  public var position: Int64 { file.frames.position }
  public var size: Int64? { file.frames.size }
  /// nil until `next` has returned nil.
  public var foot: StageFoot? { file.foot }

  /// The rows of the next block, or nil when the file is complete. The batch has no source.
  public func next() throws -> RowBatch? {
    guard let block = try file.next(fixed: checkFixed) else {
      guard hasHeader, hasTrailer else { throw file.frames.damaged("COPY's header or trailer is missing") }
      return nil
    }
    guard hasHeader, !hasTrailer else { throw file.frames.damaged("its rows lie outside of COPY's header and trailer") }
    return try file.reading {
      var reader = SidecarReader(block.sidecar)
      let batch = try reader.batch(block.data, fields: layout.columns.count)
      try file.check(slice: batch.slice)
      try totals.add(batch)
      return batch
    }
  }

  /// What the blocks so far count together: whoever adds it up again cannot overflow.
  private struct Totals {
    private var read = 0
    private var changed = 0
    private var warnings = 0

    mutating func add(_ batch: RowBatch) throws(SidecarReader.Malformed) {
      guard let read = read.adding(count: batch.read), let changed = changed.adding(count: batch.changed),
        let warnings = warnings.adding(count: batch.warningCount)
      else { throw SidecarReader.Malformed() }
      (self.read, self.changed, self.warnings) = (read, changed, warnings)
    }
  }

  private func checkFixed(_ bytes: UnsafeRawBufferPointer) throws {
    if !hasHeader, bytes.elementsEqual(BinaryCopy.header) {
      hasHeader = true
    } else if hasHeader, !hasTrailer, bytes.elementsEqual(BinaryCopy.trailer) {
      hasTrailer = true
    } else {
      throw file.frames.damaged("COPY's header or trailer is another one")
    }
  }
}
