/// Writes the frames of a stage file. One owner, whose thread it may block; after an error it is dead.
final class StageFrameWriter {
  private var output: StageOutput
  private let compressor: FrameCompressor
  private var seal = [UInt8](repeating: 0, count: StageFrame.sealBytes)
  private(set) var blocks = 0

  init(to output: consuming StageOutput, level: Int) throws(ArchiveError) {
    compressor = try FrameCompressor(level: level, capacity: 1 << 20, file: output.name)
    self.output = output
  }

  var name: String { output.name }

  func head(_ json: [UInt8]) throws { try skippable(.head, json) }
  func foot(_ json: [UInt8]) throws { try skippable(.foot, json) }

  /// - Parameters:
  ///   - sidecar: what places the data.
  ///   - data: what `zstd -dc` prints.
  func block(
    sidecar: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer, kind: StageFrame.Kind = .block
  ) throws {
    guard max(sidecar.count, data.count) <= StageFrame.largestBlock else {
      throw StageFileError(
        .tooLarge, "a block of \(max(sidecar.count, data.count)) bytes; it may have \(StageFrame.largestBlock)",
        file: name, block: blocks)
    }
    var body = SidecarWriter()
    body.put(blocks)
    body.put(sidecar.count)
    let side = try compressor.compress(sidecar, file: name)
    body.put(side.count)
    body.append(side)
    let frame = try compressor.compressLarge(data, file: name)
    body.put(data.count)
    body.put(frame.count)
    StageFrame.hash(frame).withUnsafeBytes { body.append($0) }
    try skippable(kind, body.bytes)
    try output.write(frame)
    blocks += 1
  }

  private func skippable(_ kind: StageFrame.Kind, _ body: [UInt8]) throws {
    try body.withUnsafeBytes { try skippable(kind, $0) }
  }

  private func skippable(_ kind: StageFrame.Kind, _ body: UnsafeRawBufferPointer) throws {
    seal = StageFrame.seal(after: seal, kind, body)
    let size = UInt32(1 + body.count + StageFrame.sealBytes)
    var header: [UInt8] = []
    for word in [StageFrame.magic, size] { withUnsafeBytes(of: word.littleEndian) { header += $0 } }
    header.append(kind.rawValue)
    try header.withUnsafeBytes { try output.write($0) }
    try output.write(body)
    try seal.withUnsafeBytes { try output.write($0) }
  }

  /// Gives the file its name.
  func publish() throws(ArchiveError) { try output.publish() }

  /// Removes what was written.
  func discard() { output.discard() }
}

extension StageFrame {
  static func seal(after previous: [UInt8], _ kind: Kind, _ body: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = RunningSHA256()
    previous.withUnsafeBytes { hash.update($0) }
    withUnsafeBytes(of: kind.rawValue) { hash.update($0) }
    hash.update(body)
    return hash.sum.bytes
  }

  /// SHA-256
  static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    SHA256Sum(of: bytes).bytes
  }
}
