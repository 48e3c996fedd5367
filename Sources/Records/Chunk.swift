/// A run of the source's bytes with its structural index, read once and then shared, unchanged, by everything that
/// looks at it. Its memory is given back with the last reference.
public final class Chunk: Sendable {
  @usableFromInline let memory: Buffer
  @usableFromInline let byteRange: Range<Int>
  @usableFromInline let indexRange: Range<Int>
  @usableFromInline let linkRange: Range<Int>
  /// Where `bytes[0]` lies in the source.
  public let offset: Int64
  /// The line of `bytes[0]`, counted from 1.
  public let line: Int64
  /// The part of `bytes` that no chunk before this one held: what the backup writes.
  public let fresh: Range<Int>

  /// A chunk of what was written into `memory`, which nobody writes into any more. All three parts lie in it.
  public init(
    in memory: Buffer, bytes: UnsafeRawBufferPointer, index: UnsafeBufferPointer<UInt32>,
    links: UnsafeBufferPointer<UInt32>, offset: Int64, line: Int64, fresh: Range<Int>
  ) {
    self.memory = memory
    byteRange = memory.range(of: bytes)
    indexRange = memory.range(of: UnsafeRawBufferPointer(index))
    linkRange = memory.range(of: UnsafeRawBufferPointer(links))
    self.offset = offset
    self.line = line
    self.fresh = fresh
  }

  /// A chunk without bytes.
  public static func empty(at offset: Int64 = 0) -> Chunk {
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    let noEntries = UnsafeBufferPointer<UInt32>(start: nil, count: 0)
    return Chunk(
      in: Buffer(bytes: Padding.text), bytes: nothing, index: noEntries, links: noEntries, offset: offset, line: 1,
      fresh: 0..<0)
  }

  /// The bytes, followed by `Padding.text` bytes.
  @inlinable public var bytes: UnsafeRawBufferPointer { part(byteRange) }

  /// One entry per structural character, quote and first byte of a scalar: its place in `bytes`; the topmost bit of
  /// an opening quote's entry is set when the string has escapes.
  @inlinable public var index: UnsafeBufferPointer<UInt32> { part(indexRange).assumingMemoryBound(to: UInt32.self) }

  /// For the index entry of an opening bracket, the index entry of its closing one. Undefined elsewhere.
  @inlinable public var links: UnsafeBufferPointer<UInt32> { part(linkRange).assumingMemoryBound(to: UInt32.self) }

  @inlinable func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory.bytes)[range])
  }

  /// Where the fresh bytes lie in the source.
  public var freshRange: Range<Int64> {
    offset + Int64(fresh.lowerBound)..<offset + Int64(fresh.upperBound)
  }
}

extension Buffer {
  /// Where a part of it lies.
  fileprivate func range(of part: UnsafeRawBufferPointer) -> Range<Int> {
    guard let first = part.baseAddress, let base = bytes.baseAddress else { return 0..<0 }
    let start = first - UnsafeRawPointer(base)
    precondition(start >= 0 && start + part.count <= bytes.count, "it lies elsewhere")
    return start..<start + part.count
  }
}
