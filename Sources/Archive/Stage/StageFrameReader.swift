import CZstd

/// Reads the frames of a stage file, in order, and lets nothing pass whose seal does not hold.
///
/// Memory is one block, packed and unpacked: sizes are checked before anything is allocated for them, and a file that
/// says more than it has is found out after a few megabytes.
final class StageFrameReader {
  private var input: StageInput
  private let decoder: StageDecoder
  private var seal = [UInt8](repeating: 0, count: StageFrame.sealBytes)
  private var body = GrowingBuffer()
  private var frame = GrowingBuffer()
  private var sidecar = GrowingBuffer()
  private var data = GrowingBuffer()
  private(set) var blocks = 0

  /// A block; its memory is valid until the next call.
  struct Block {
    var sidecar: UnsafeRawBufferPointer
    var data: UnsafeRawBufferPointer
  }

  enum Content {
    /// JSON
    case head(UnsafeRawBufferPointer)
    case fixed(Block)
    case block(Block)
    /// JSON; nothing but the end of the file follows.
    case foot(UnsafeRawBufferPointer)
  }

  init(_ input: consuming StageInput) throws(ArchiveError) {
    decoder = try StageDecoder()
    self.input = input
  }

  var name: String { input.name }
  /// Bytes of the file read so far, and in all where that is known.
  var position: Int64 { input.position }
  var size: Int64? { input.size }

  func next() throws -> Content {
    let (kind, body) = try skippable()
    switch kind {
    case .head: return .head(body)
    case .fixed: return .fixed(try block(body))
    case .block: return .block(try block(body))
    case .foot:
      var more: UInt8 = 0
      guard try withUnsafeMutableBytes(of: &more, { try input.read(into: $0) }) == 0 else {
        throw damaged("something follows behind its foot")
      }
      return .foot(body)
    }
  }

  func damaged(_ why: String) -> StageFileError {
    StageFileError(.damaged, "the stage file is damaged: \(why)", file: name, block: blocks)
  }

  var incomplete: StageFileError {
    StageFileError(.incomplete, "the stage file ends at byte \(position), before its foot", file: name, block: blocks)
  }

  private var noStageFile: StageFileError { StageFileError(.format, "it is no stage file", file: name) }

  // MARK: - Frames

  private func skippable() throws -> (StageFrame.Kind, UnsafeRawBufferPointer) {
    let isFirst = position == 0
    let header = try read(StageFrame.headerBytes, &body, isFirst: isFirst)
    let magic = UInt32(littleEndian: header.loadUnaligned(as: UInt32.self))
    let size = Int(UInt32(littleEndian: header.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    guard magic == StageFrame.magic else {
      if isFirst { throw noStageFile }
      throw damaged("a block should begin at byte \(position - Int64(StageFrame.headerBytes))")
    }
    guard size > StageFrame.sealBytes, size <= StageFrame.largestBlock else { throw damaged("its size cannot be") }
    let whole = try read(size, &body)
    let inner = UnsafeRawBufferPointer(rebasing: whole[1..<size - StageFrame.sealBytes])
    guard let kind = StageFrame.Kind(rawValue: whole[0]) else { throw damaged("its kind is unknown") }
    let expected = StageFrame.seal(after: seal, kind, inner)
    guard whole.suffix(StageFrame.sealBytes).elementsEqual(expected) else {
      throw damaged("its seal does not hold: it was changed, or another block stands in its place")
    }
    guard kind == .block || kind == .fixed || inner.count <= StageFrame.largestJSON else {
      throw damaged("its size cannot be")
    }
    seal = expected
    return (kind, inner)
  }

  private func block(_ body: UnsafeRawBufferPointer) throws -> Block {
    do {
      var reader = SidecarReader(body)
      guard try reader.size() == blocks else { throw damaged("its number is not its place") }
      let sideSize = try reader.size()
      let side = try reader.raw(reader.size())
      let dataSize = try reader.size()
      let frameSize = try reader.size()
      let sum = try reader.raw(StageFrame.sealBytes)
      guard reader.isAtEnd, max(sideSize, dataSize) <= StageFrame.largestBlock,
        frameSize <= ZSTD_compressBound(dataSize)
      else { throw damaged("its size cannot be") }
      guard let sidecar = try decoder.decode(side, size: sideSize, into: &sidecar) else {
        throw damaged("zstd cannot unpack it")
      }
      let packed = try read(frameSize, &frame)
      guard StageFrame.hash(packed).elementsEqual(sum) else {
        throw damaged("its bytes do not have the hash that was written with them")
      }
      guard let data = try decoder.decode(packed, size: dataSize, into: &data) else {
        throw damaged("zstd cannot unpack it")
      }
      blocks += 1
      return Block(sidecar: sidecar, data: data)
    } catch is SidecarReader.Malformed {
      throw damaged("its fields cannot be read")
    }
  }

  private static let step = 4 << 20

  private func read(
    _ count: Int, _ buffer: inout GrowingBuffer, isFirst: Bool = false
  ) throws -> UnsafeRawBufferPointer {
    var filled = 0
    while filled < count {
      let wanted = min(Self.step, count - filled)
      buffer.reserve(filled + wanted, keeping: filled)
      let got = try input.read(into: buffer.part(filled..<filled + wanted))
      filled += got
      guard got == wanted else {
        throw isFirst ? noStageFile : incomplete
      }
    }
    return buffer.bytes(count)
  }
}
