internal import Archive
internal import Extract
internal import PipelineSpec
internal import Records

/// Reads single records again, by their place in the source, in the source's order: from the backup, else from the
/// source's own file. Counts lines on the way.
struct RecordFetcher {
  private let archive: FrameReader?
  private let input: SourceInput?
  private var place: Int64 = 0
  private var line: Int64 = 1

  private static let pieceBytes: Int64 = 1 << 20

  init(dataset: Dataset, folder: RunFolder, hasBackup: Bool) throws {
    archive = hasBackup ? try FrameReader(in: folder, name: RunLayout.archive(of: dataset.name)) : nil
    input = hasBackup || SourceInput.isPipe(dataset.source.file) ? nil : try SourceInput(dataset.source)
  }

  init(source: Source) throws {
    archive = nil
    input = try SourceInput(source)
  }

  /// The record's bytes and its line, counted from 1; nil where nothing holds them: a pipe without a backup, or a place
  /// behind the source's end. Records must be asked for in the order in which they lie in the source.
  mutating func fetch(_ position: SourcePosition) throws -> (raw: [UInt8], line: Int64)? {
    while place < position.offset {
      if try advance(position.offset - place).isEmpty { return nil }
    }
    let first = line
    var raw: [UInt8] = []
    while raw.count < position.length {
      let piece = try advance(Int64(position.length - raw.count))
      if piece.isEmpty { return nil }
      raw += piece
    }
    return (raw, first)
  }

  /// The next bytes, `most` at most; none at the end.
  private mutating func advance(_ most: Int64) throws -> [UInt8] {
    try Task.checkCancellation()
    let count = min(most, Self.pieceBytes)
    var bytes: [UInt8] = []
    if let archive {
      bytes = try archive.read(min(place, archive.bytes)..<min(place + count, archive.bytes))
    } else if let input {
      bytes = try input.skip(to: 0, thenRead: Int(count))
    }
    for byte in bytes where byte == 0x0A { line += 1 }
    place += Int64(bytes.count)
    return bytes
  }
}
