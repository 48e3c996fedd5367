/// Finds the lines of a batch's records, asked for in their order, in one pass over the chunk.
public struct LineCounter {
  private let chunk: Chunk?
  private var place = 0
  private var line: Int64

  /// - Parameter chunk: nil where the source is not at hand.
  public init(_ chunk: Chunk?) {
    self.chunk = chunk
    line = chunk?.line ?? 0
  }

  /// The line, counted from 1, of the byte at `offset` in the source; nil where the source is not at hand.
  public mutating func line(at offset: Int64) -> Int64? {
    guard let chunk, offset >= chunk.offset, offset - chunk.offset <= chunk.bytes.count else { return nil }
    let target = Int(offset - chunk.offset)
    if target < place {
      place = 0
      line = chunk.line
    }
    for byte in chunk.bytes[place..<target] where byte == 0x0A { line += 1 }
    place = target
    return line
  }
}
