/// A block of memory, some bytes at least, that goes back to its pool with the last reference.
///
/// It is written by the holder of the only reference, and only read once there are more.
public final class Buffer: Sendable {
  @usableFromInline let block: MemoryBlock
  private let pool: BufferPool?

  /// Memory of its own, of any content.
  public convenience init(bytes: Int) { self.init(MemoryBlock(bytes: bytes), of: nil) }

  init(_ block: MemoryBlock, of pool: BufferPool?) {
    self.block = block
    self.pool = pool
  }

  deinit {
    if let pool { pool.takeBack(block) } else { block.free() }
  }

  /// All of it, which may be more than was asked for. Valid as long as a reference is held.
  @inlinable public var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: block.base, count: block.count)
  }

  /// Where it begins, and how long it is.
  var extent: (base: UnsafeMutableRawPointer, count: Int) { (block.base, block.count) }

  /// Another one from where this one came from.
  func another(bytes: Int) -> Buffer { pool?.take(bytes) ?? Buffer(bytes: bytes) }
}

/// The address of a block of memory.
///
/// Sendable because one owner at a time holds it: a buffer, which says who may write, or the pool.
@usableFromInline struct MemoryBlock: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let count: Int

  init(bytes: Int) {
    count = max(bytes, 64)
    base = .allocate(byteCount: count, alignment: 64)
  }

  func free() { base.deallocate() }
}
