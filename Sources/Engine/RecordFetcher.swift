internal import Archive
internal import Extract
internal import PipelineSpec
internal import Records

/// Reads single records again, by their place in the source: from the backup, else from the source's own file.
struct RecordFetcher {
  private let dataset: Dataset
  private let archive: FrameReader?

  init(dataset: Dataset, folder: RunFolder, hasBackup: Bool) throws {
    self.dataset = dataset
    archive = hasBackup ? try FrameReader(in: folder, name: "backup/\(dataset.name).json.zst") : nil
  }

  /// The record's bytes; nil where neither holds them any more: standard input without a backup.
  func fetch(_ position: SourcePosition) throws -> [UInt8]? {
    if let archive { return try archive.read(position.offset..<position.offset + Int64(position.length)) }
    guard dataset.file != "-", let input = try? SourceInput(path: dataset.file) else { return nil }
    return try input.skip(to: position.offset, thenRead: position.length)
  }
}
