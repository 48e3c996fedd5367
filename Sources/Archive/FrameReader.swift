import Platform
internal import Records

/// Reads any bytes of an archived source, decoding only the frames that hold them. Needs the seek table, not the
/// manifest: zstd's own checksum vouches for what it returns. Keeps the last frame decoded.
///
/// Not Sendable: one owner at a time, whose thread it may block.
public final class FrameReader {
  /// The archive's name inside the run folder.
  public let name: String
  /// Where the frames lie in the source: `bounds[n]..<bounds[n + 1]`.
  private let bounds: [Int64]
  /// Where they lie in the archive, likewise.
  private let packedBounds: [Int64]
  private let file: Descriptor
  private let decoder: FrameDecoder
  private var current: (number: Int, bytes: UnsafeRawBufferPointer)?

  /// Opens a finished archive.
  /// - Throws: `archive.missing` when there is none, `archive.damaged` when its seek table is.
  public init(in folder: RunFolder, name: String) throws(ArchiveError) {
    guard let file = try folder.openFile(FileName(name)) else {
      throw ArchiveError(.missing, "is not there", file: name)
    }
    let size = try file.status().size
    let table = try SeekTable.bounds(from: file, size: size)
    (bounds, packedBounds) = (table.raw, table.packed)
    guard packedBounds.last == size - Int64(table.byteCount) else {
      throw ArchiveError(.damaged, "its seek table does not add up to its size", file: name)
    }
    self.name = name
    self.file = file
    decoder = try FrameDecoder()
  }

  /// The size of the source.
  public var bytes: Int64 { bounds.last ?? 0 }

  public var frameCount: Int { bounds.count - 1 }

  /// The bytes of the source that the frame holds; valid until the next call.
  public func frame(_ number: Int) throws(ArchiveError) -> UnsafeRawBufferPointer {
    guard (0..<frameCount).contains(number) else {
      throw ArchiveError(.read, "has \(frameCount) frames, none of them number \(number)", file: name)
    }
    if let current, current.number == number { return current.bytes }
    current = nil
    let place = FrameDecoder.Place(
      number: number, raw: bounds[number]..<bounds[number + 1], packed: packedBounds[number]..<packedBounds[number + 1])
    let bytes = try decoder.decode(decoder.read(place, from: file), of: place, in: name)
    current = (number, bytes)
    return bytes
  }

  /// A copy of the bytes of the source in `range`, which must lie inside it.
  public func read(_ range: Range<Int64>) throws(ArchiveError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= bytes else {
      throw ArchiveError(.read, "holds \(bytes) bytes of the source, not \(range)", file: name)
    }
    var result: [UInt8] = []
    result.reserveCapacity(min(range.count, Frame.largestSize))
    var offset = range.lowerBound
    while offset < range.upperBound {
      let number = number(at: offset)
      let end = min(range.upperBound, bounds[number + 1])
      let slice = Int(offset - bounds[number])..<Int(end - bounds[number])
      try result.append(contentsOf: frame(number)[slice])
      offset = end
    }
    return result
  }

  /// The frame that holds the byte at `offset`, which must lie inside the source.
  private func number(at offset: Int64) -> Int {
    var (low, high) = (0, frameCount)
    while high - low > 1 {
      let middle = (low + high) / 2
      if bounds[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}

extension SeekTable {
  /// Running sums of the frames' sizes, each starting with 0, and the size of the table itself.
  typealias Bounds = (raw: [Int64], packed: [Int64], byteCount: Int)

  /// Reads the table at the end of an archive of `size` bytes, a piece at a time: a count that the file does not bear
  /// out is found before memory is taken for it.
  static func bounds(from file: borrowing Descriptor, size: Int64) throws(ArchiveError) -> Bounds {
    let damaged = ArchiveError(
      .damaged, "has no seek table at its end: it was cut short, or is no archive of ours", file: file.name)
    var footer = [UInt8](repeating: 0, count: footerSize)
    guard size >= footerSize, try file.fill(&footer, at: size - Int64(footerSize)),
      let byteCount = footer.withUnsafeBytes({ SeekTable.size(footer: $0) }), byteCount <= size
    else { throw damaged }
    var place = size - Int64(byteCount)
    var header = [UInt8](repeating: 0, count: headerSize)
    guard try file.fill(&header, at: place), header.withUnsafeBytes({ isHeader($0, of: byteCount) }) else {
      throw damaged
    }
    place += Int64(headerSize)
    var bounds: Bounds = ([0], [0], byteCount)
    while place < size - Int64(footerSize) {
      let count = Int(min(Int64(pieceSize), size - Int64(footerSize) - place))
      var piece = [UInt8](repeating: 0, count: count)
      guard try file.fill(&piece, at: place), piece.withUnsafeBytes({ append($0, to: &bounds) }) else { throw damaged }
      place += Int64(count)
    }
    return bounds
  }

  private static let pieceSize = 8192 * entrySize

  /// - Returns: false when an entry is of no frame that we write.
  private static func append(_ entries: UnsafeRawBufferPointer, to bounds: inout Bounds) -> Bool {
    for place in stride(from: 0, to: entries.count, by: entrySize) {
      let entry = entry(entries, place)
      guard entry.raw > 0, entry.packed > 0, let raw = bounds.raw.last?.adding(count: Int64(entry.raw)),
        let packed = bounds.packed.last?.adding(count: Int64(entry.packed))
      else { return false }
      bounds.raw.append(raw)
      bounds.packed.append(packed)
    }
    return true
  }
}

extension Descriptor {
  /// Fills `bytes` from `offset`; false when the file ends before that.
  borrowing func fill(_ bytes: inout [UInt8], at offset: Int64) throws(ArchiveError) -> Bool {
    try bytes.withUnsafeMutableBufferPointer { (bytes) throws(ArchiveError) in
      try read(into: UnsafeMutableRawBufferPointer(bytes), at: offset) == bytes.count
    }
  }
}
