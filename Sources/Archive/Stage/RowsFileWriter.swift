public import Records

/// Writes `stages/<dataset>.rows.pgcopy.zst`: what `zstd -dc` prints is PostgreSQL's binary COPY format, whole.
///
/// A block per batch, with what places each record and proves each row, with the batch's counts, and with the records
/// that did not become rows. A file has the rows of one table, the dataset's own. One owner, whose thread it may block.
public final class RowsFileWriter {
  private let frames: StageFrameWriter
  private var sidecar = SidecarWriter()

  public init(_ head: StageHead, to output: consuming StageOutput, level: Int = 1) throws {
    precondition(head.kind == .rows && head.layout != nil)
    frames = try StageFrameWriter(to: output, level: level)
    try frames.head(StageJSON.encode(head, file: frames.name))
    try fixed(BinaryCopy.header)
  }

  /// Adds a block with the rows, rejections and counts of a batch.
  public func append(_ batch: RowBatch) throws {
    sidecar.removeAll()
    let table = batch.own
    sidecar.put(batch, table)
    try frames.block(
      sidecar: sidecar.bytes,
      data: UnsafeRawBufferPointer(rebasing: table.bytes.bytes[table.range(ofRows: 0..<table.rows.count)]))
  }

  /// Writes the trailer and the foot, and gives the file its name.
  public func finish(_ foot: StageFoot) throws {
    try fixed(BinaryCopy.trailer)
    var foot = foot
    foot.blocks = frames.blocks
    try frames.foot(StageJSON.encode(foot, file: frames.name))
    try frames.publish()
  }

  /// Removes what was written.
  public func discard() { frames.discard() }

  private func fixed(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try frames.block(sidecar: .init(start: nil, count: 0), data: $0, kind: .fixed) }
  }
}
