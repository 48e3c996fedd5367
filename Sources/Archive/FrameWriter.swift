import Platform

/// Writes an archive: a sequence of independent zstd frames that `zstd -d` turns back into the source, with a seek
/// table behind them.
///
/// The file is called `<name>.partial`, mode 0600, until `finish`. A frame is reported only when it is on the device.
/// After an error the writer is dead: every later call throws the same error, and the file must be written anew; a
/// failed `fsync` is never retried. Memory is one frame of the source, one compressed frame and zstd's context.
///
/// Not Sendable: one owner at a time, whose thread it may block.
public final class FrameWriter {
  /// The archive's name inside the run folder.
  public let name: String
  private let frameSize: Int
  private let compressor: FrameCompressor
  private let buffer: UnsafeMutableRawBufferPointer
  private var filled = 0

  private var output: PartialFile
  private var table = SeekTable()
  private var rawEnd: Int64 = 0
  private var packedEnd: Int64 = 0
  private var wholeHash: RunningSHA256?
  private var packedHash = RunningSHA256()
  /// Frames of an earlier attempt that the source did not pass again yet.
  private var earlier: ArraySlice<Frame> = []
  private var state = State.open

  private enum State {
    case open
    case failed(ArchiveError)
    case closed
  }

  /// Creates `<name>.partial` and the folders above it.
  /// - Parameters:
  ///   - name: inside the run folder: `backup/events.json.zst`.
  ///   - level: zstd's compression level, up to 19.
  ///   - frameSize: how many bytes of the source a frame holds.
  ///   - hashesWhole: whether to compute the hash of the whole source too, at the price of hashing each byte twice.
  /// - Throws: `archive.exists` when the archive or its `.partial` is there and `existing` does not allow replacing it.
  public convenience init(
    in folder: RunFolder, name: String, level: Int = 1, frameSize: Int = 4 << 20, hashesWhole: Bool = true,
    existing: Existing = .refuse
  ) throws(ArchiveError) {
    let output = try folder.createFile(FileName(name), existing: existing)
    try self.init(output: output, name: name, level: level, frameSize: frameSize, hashesWhole: hashesWhole)
  }

  init(
    output: consuming PartialFile, name: String, level: Int = 1, frameSize: Int = 4 << 20, hashesWhole: Bool = true
  ) throws(ArchiveError) {
    guard (1...Frame.largestSize).contains(frameSize) else {
      throw ArchiveError(.option, "a frame of \(frameSize) bytes is outside 1...\(Frame.largestSize)", file: name)
    }
    compressor = try FrameCompressor(level: level, capacity: frameSize, file: name)
    buffer = .allocate(byteCount: frameSize, alignment: 64)
    self.output = output
    self.name = name
    self.frameSize = frameSize
    wholeHash = hashesWhole ? RunningSHA256() : nil
  }

  /// Goes on with an archive that an earlier attempt left. The source is appended again from its first byte; where it
  /// passes `frames`, it is compared with their hashes instead of being compressed, and they are reported again.
  ///
  /// The frames' bytes in the file are read and checked here; what follows them is cut off.
  /// - Parameter frames: what the manifest of the unfinished run has for this archive.
  /// - Throws: `archive.missing` or `archive.damaged` when the file does not have these frames: write it anew, with its
  ///   manifest; `CancellationError` when the task is cancelled. `append` throws `archive.otherSource` when the source is
  ///   another one.
  public convenience init(
    resuming folder: RunFolder, name: String, frames: [Frame], level: Int = 1, frameSize: Int = 4 << 20,
    hashesWhole: Bool = true
  ) throws {
    guard let output = try folder.resumeFile(FileName(name), reopening: true) else {
      throw ArchiveError(.missing, "is not there to go on with", file: name)
    }
    let largest = frames.reduce(frameSize) { max($0, $1.raw.count) }
    try self.init(output: output, name: name, level: level, frameSize: largest, hashesWhole: hashesWhole)
    try check(frames)
  }

  deinit { buffer.deallocate() }

  /// Adds bytes of the source.
  /// - Returns: the frames that became durable by it; mostly none.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) -> [Frame] {
    try checkOpen()
    var frames: [Frame] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let size = earlier.first?.raw.count ?? frameSize
      let count = min(rest.count, size - filled)
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
      filled += count
      rest = rest.dropFirst(count)
      if filled == size, let frame = try endFrame() { frames.append(frame) }
    }
    return frames
  }

  /// Ends the current frame early: at the end of the source, or where a frame should begin with a record.
  /// - Returns: the frame, durable; nil when no byte came since the last one.
  public func endFrame() throws(ArchiveError) -> Frame? {
    try checkOpen()
    guard filled > 0 else { return nil }
    return try attempt { () throws(ArchiveError) in try writeFrame() }
  }

  /// Writes the last frame and the seek table, syncs, and gives the file its name. An empty source becomes an archive
  /// of a seek table only, which `zstd -d` turns into no bytes.
  /// - Returns: the last frame, where `endFrame` did not end it before; and what the manifest's closing line states.
  public func finish() throws(ArchiveError) -> (lastFrame: Frame?, summary: ArchiveSummary) {
    let lastFrame = try endFrame()
    try attempt { () throws(ArchiveError) in
      guard earlier.isEmpty else { throw changed }
      try table.encoded.withUnsafeBufferPointer { (bytes) throws(ArchiveError) in
        try write(UnsafeRawBufferPointer(bytes))
      }
      try output.publish()
    }
    state = .closed
    let summary = ArchiveSummary(
      archive: name, frames: table.entries.count, bytes: rawEnd, packedBytes: packedEnd,
      sha256: wholeHash?.sum,
      packedSHA256: packedHash.sum)
    return (lastFrame, summary)
  }

  /// Gives up: closes the file and leaves it as `<name>.partial`, its durable frames readable by `zstd -d`.
  public func abandon() {
    state = .closed
    try? output.close()
  }
}

// MARK: - Frames

extension FrameWriter {
  private func writeFrame() throws(ArchiveError) -> Frame {
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
    let sum = SHA256Sum(of: bytes)
    let frame = earlier.isEmpty ? try compress(bytes, sum: sum) : try pass(bytes, sum: sum)
    wholeHash?.update(bytes)
    table.append(packed: frame.packed.count, raw: filled)
    rawEnd = frame.raw.upperBound
    filled = 0
    return frame
  }

  private func compress(_ bytes: UnsafeRawBufferPointer, sum: SHA256Sum) throws(ArchiveError) -> Frame {
    let packed = try compressor.compress(bytes, file: name)
    let packedStart = packedEnd
    try write(packed)
    try output.file.syncData()
    return Frame(
      number: table.entries.count, raw: rawEnd..<rawEnd + Int64(bytes.count), packed: packedStart..<packedEnd,
      rawSHA256: sum, packedSHA256: SHA256Sum(of: packed))
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    try output.file.write(bytes)
    packedHash.update(bytes)
    packedEnd += Int64(bytes.count)
  }

  private func checkOpen() throws(ArchiveError) {
    switch state {
    case .open: return
    case .failed(let error): throw error
    case .closed: throw ArchiveError(.write, "the archive was closed before", file: name)
    }
  }

  private func attempt<R>(_ body: () throws(ArchiveError) -> R) throws(ArchiveError) -> R {
    do throws(ArchiveError) {
      return try body()
    } catch {
      state = .failed(error)
      throw error
    }
  }
}

// MARK: - Going on

extension FrameWriter {
  private var changed: ArchiveError {
    ArchiveError(
      .otherSource, "the source is not the one that the frames of the earlier attempt hold", file: name,
      remedy: "put the earlier source back and resume, or start a new run")
  }

  /// Takes a frame of the earlier attempt for `bytes`.
  private func pass(_ bytes: UnsafeRawBufferPointer, sum: SHA256Sum) throws(ArchiveError) -> Frame {
    guard let frame = earlier.first, frame.raw == rawEnd..<rawEnd + Int64(bytes.count), frame.rawSHA256 == sum else {
      throw changed
    }
    earlier = earlier.dropFirst()
    return frame
  }

  /// Checks that the file has `frames`, and cuts it behind them.
  private func check(_ frames: [Frame]) throws {
    let decoder = try FrameDecoder()
    for frame in frames {
      try Task.checkCancellation()
      let packed = try decoder.read(FrameDecoder.Place(frame), from: output.file)
      guard frame.packed.lowerBound == packedEnd, SHA256Sum(of: packed) == frame.packedSHA256 else {
        throw FrameDecoder.Place(frame).damaged("its bytes do not have the manifest's hash", in: name)
      }
      packedHash.update(packed)
      packedEnd = frame.packed.upperBound
    }
    try output.file.truncate(to: packedEnd)
    try output.file.sync()
    earlier = frames[...]
  }
}
