/// A growing run of bytes for encoders: capacity is checked once per row or field, stores are unaligned and big-endian.
public struct ByteSink: ~Copyable {
  private(set) var memory: Buffer
  @usableFromInline private(set) var base: UnsafeMutableRawPointer
  @usableFromInline private(set) var capacity: Int
  /// Bytes written so far.
  public private(set) var count: Int

  public init(capacity: Int = 0) { self.init(Buffer(bytes: capacity)) }

  /// Writes into `memory`, to which there is no other reference, and from its pool takes more where it is full.
  public init(_ memory: consuming Buffer) {
    (base, capacity) = memory.extent
    self.memory = memory
    count = 0
  }

  /// The bytes written so far; valid until the next write.
  @inlinable public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// The bytes written so far, to be changed in place; valid until the next write.
  @inlinable public var mutableBytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base, count: count)
  }

  /// Forgets what was written; keeps the memory.
  @inlinable public mutating func removeAll() { _setCount(0) }

  /// Cuts back to the first `length` bytes.
  @inlinable public mutating func truncate(to length: Int) {
    precondition(length >= 0 && length <= count)
    _setCount(length)
  }

  /// Makes room for `extra` more bytes.
  @inlinable public mutating func reserve(_ extra: Int) {
    if extra > capacity &- count { grow(extra) }
  }

  @inline(never) @usableFromInline mutating func grow(_ extra: Int) {
    let needed = max(capacity * 2, count + extra)
    let fresh = memory.another(bytes: needed)
    fresh.bytes.copyMemory(from: bytes)
    (base, capacity) = fresh.extent
    memory = fresh
  }

  @usableFromInline @inline(__always) mutating func _setCount(_ value: Int) { count = value }

  @inlinable public mutating func append(_ byte: UInt8) {
    reserve(1)
    base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    _setCount(count &+ 1)
  }

  /// Appends an integer in network byte order.
  @inlinable public mutating func append<I: FixedWidthInteger & BitwiseCopyable>(bigEndian value: I) {
    reserve(MemoryLayout<I>.size)
    base.storeBytes(of: value.bigEndian, toByteOffset: count, as: I.self)
    _setCount(count &+ MemoryLayout<I>.size)
  }

  @inlinable public mutating func append(_ source: UnsafeRawBufferPointer) {
    guard let start = source.baseAddress, source.count > 0 else { return }
    reserve(source.count)
    (base + count).copyMemory(from: start, byteCount: source.count)
    _setCount(count &+ source.count)
  }

  /// Overwrites an integer at `offset`, in network byte order; the place must have been written before.
  @inlinable public mutating func overwrite<I: FixedWidthInteger & BitwiseCopyable>(at offset: Int, bigEndian value: I)
  {
    precondition(offset >= 0 && offset &+ MemoryLayout<I>.size <= count)
    base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: I.self)
  }
}
