/// A run of the source's bytes with its structural index, read once and then shared, unchanged, by everything that
/// looks at it. Memory is freed with the last reference.
///
/// Sendable because it is written only by the reader, before it is published, and never after.
public final class Chunk: @unchecked Sendable {
  /// The bytes, followed by at least 64 bytes of padding that may be read but mean nothing.
  public let bytes: UnsafeRawBufferPointer
  /// One entry per structural character, quote and first byte of a scalar: its place in `bytes`; the topmost bit of
  /// an opening quote's entry is set when the string has escapes.
  public let index: UnsafeBufferPointer<UInt32>
  /// For the index entry of an opening bracket, the index entry of its closing one. Undefined elsewhere.
  public let links: UnsafeBufferPointer<UInt32>
  /// Where `bytes[0]` lies in the source.
  public let offset: Int64
  /// The line of `bytes[0]`, counted from 1.
  public let line: Int64
  /// The part of `bytes` that no chunk before this one held: what the backup writes.
  public let fresh: Range<Int>

  /// Takes over the three allocations, which must come from `allocate`.
  public init(
    bytes: UnsafeRawBufferPointer, index: UnsafeBufferPointer<UInt32>, links: UnsafeBufferPointer<UInt32>,
    offset: Int64, line: Int64, fresh: Range<Int>
  ) {
    self.bytes = bytes
    self.index = index
    self.links = links
    self.offset = offset
    self.line = line
    self.fresh = fresh
  }

  deinit {
    bytes.deallocate()
    index.deallocate()
    links.deallocate()
  }

  /// Where the fresh bytes lie in the source.
  public var freshRange: Range<Int64> {
    offset + Int64(fresh.lowerBound)..<offset + Int64(fresh.upperBound)
  }
}
