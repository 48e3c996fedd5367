internal import JSONStream
public import PipelineSpec
public import Records

/// Reads a source as chunks with their records: the extract stage.
///
/// Blocking; one owner, on one thread.
public final class RecordReader {
  private let input: SourceInput
  private var stream: RecordStream
  private let pool: BufferPool
  /// The stream looks at its last piece once more when the next one comes.
  private var last: Chunk?
  private let file: String
  private var isBegun = false

  /// A chunk for the backup, and its records for transform.
  public struct Portion: Sendable {
    public var chunk: Chunk
    public var batches: [RecordBatch]
  }

  /// - Parameters:
  ///   - input: opened, nothing read of it.
  ///   - setsMalformedAside: malformed lines of `format: ndjson` are records, flagged as such, and no error.
  ///   - pool: where the chunks' memory comes from.
  public init(
    _ input: SourceInput, source: Source, limits: ExtractLimits, setsMalformedAside: Bool = false,
    pool: BufferPool = BufferPool(limit: 0)
  ) {
    self.input = input
    self.pool = pool
    file = source.file
    var layout = RecordLayout(source: source, depthLimit: limits.depth)
    layout.setsMalformedAside = setsMalformedAside
    stream = RecordStream(
      layout,
      limits: .init(
        pieceBytes: limits.chunkBytes, recordBytes: limits.recordBytes, sliceBytes: limits.sliceBytes))
  }

  /// Records found so far.
  public var records: Int64 { stream.records }

  /// The next chunk, or nil when the source is complete and was found unchanged.
  public func next() throws(ExtractError) -> Portion? {
    let memory = pool.take(stream.room)
    guard let piece = try piece(in: memory.bytes) else {
      try input.checkUnchanged()
      return nil
    }
    return portion(of: piece, in: memory)
  }

  private func piece(in memory: UnsafeMutableRawBufferPointer) throws(ExtractError) -> RecordStream.Piece? {
    do throws(RecordStream.Failure) {
      return try stream.next(in: memory) { try read(into: $0) }
    } catch {
      throw ExtractError(error, file: file)
    }
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) throws(ExtractError) -> Int {
    let count = try input.read(into: buffer)
    guard !isBegun else { return count }
    isBegun = true
    if let foreign = ForeignFile(firstBytes: UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
      throw ExtractError(foreign, file: file)
    }
    return count
  }

  private func portion(of piece: RecordStream.Piece, in memory: Buffer) -> Portion {
    let chunk = Chunk(
      in: memory, bytes: piece.bytes, index: piece.index, links: piece.links, offset: piece.offset, line: piece.line,
      fresh: piece.fresh)
    last = chunk
    let batches = piece.groups.map { group in
      RecordBatch(
        chunk: chunk,
        records: group.records.map { found in
          Record(
            slot: UInt32(found.slot), start: UInt32(found.range.lowerBound), end: UInt32(found.range.upperBound),
            flags: found.findings)
        },
        firstOrdinal: group.firstOrdinal, slice: group.slice, closesSlice: group.closesSlice)
    }
    return Portion(chunk: chunk, batches: batches)
  }
}

/// What bounds the memory of extract.
public struct ExtractLimits: Sendable, Codable, Hashable {
  /// Bytes read at a time.
  public var chunkBytes: Int
  /// A record may have so many bytes.
  public var recordBytes: Int
  /// Objects and arrays may nest this deep.
  public var depth: Int
  /// The unit of a transaction, in bytes of the source.
  public var sliceBytes: Int64

  /// Room for a chunk that begins with as much of a record that the one before cut off, and for the largest index that it
  /// can have. What is used of it, and takes memory, is a sixth typically.
  public var chunkRoom: Int { ScanMemory.size(ofText: 2 * chunkBytes) }

  public init(chunkBytes: Int = 256 << 10, recordBytes: Int = 256 << 20, depth: Int = 1024, sliceBytes: Int64 = 8 << 20)
  {
    self.chunkBytes = chunkBytes
    self.recordBytes = recordBytes
    self.depth = depth
    self.sliceBytes = sliceBytes
  }
}

extension RecordLayout {
  init(source: Source, depthLimit: Int) {
    let form: Form =
      switch source.format {
      case .auto: .auto
      case .array: .array
      case .ndjson: .lines
      case .object: .object
      case .strings: .scalars
      }
    self.init(form: form, path: source.at.tokens, depthLimit: depthLimit)
  }
}
