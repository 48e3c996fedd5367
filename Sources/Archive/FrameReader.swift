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
    let table = try SeekTable.read(from: file, size: size)
    (bounds, packedBounds) = table.bounds
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
    result.reserveCapacity(range.count)
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
  /// Reads the table at the end of an archive of `size` bytes.
  static func read(from file: borrowing Descriptor, size: Int64) throws(ArchiveError) -> SeekTable {
    let damaged = ArchiveError(
      .damaged, "has no seek table at its end: it was cut short, or is no archive of ours", file: file.name)
    var footer = [UInt8](repeating: 0, count: footerSize)
    guard size >= footerSize, try file.fill(&footer, at: size - Int64(footerSize)),
      let tableSize = footer.withUnsafeBytes({ SeekTable.size(footer: $0) }), tableSize <= size
    else { throw damaged }
    var bytes = [UInt8](repeating: 0, count: tableSize)
    guard try file.fill(&bytes, at: size - Int64(tableSize)), let table = bytes.withUnsafeBytes({ SeekTable($0) })
    else { throw damaged }
    return table
  }

  /// Running sums of the frames' sizes, each starting with 0.
  var bounds: (raw: [Int64], packed: [Int64]) {
    var (raw, packed): ([Int64], [Int64]) = ([0], [0])
    var (rawEnd, packedEnd): (Int64, Int64) = (0, 0)
    for entry in entries {
      rawEnd += Int64(entry.raw)
      packedEnd += Int64(entry.packed)
      raw.append(rawEnd)
      packed.append(packedEnd)
    }
    return (raw, packed)
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
