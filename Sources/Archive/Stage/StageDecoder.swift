import CZstd

/// Memory that grows and is used again.
struct GrowingBuffer: ~Copyable {
  private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 64)

  deinit { memory.deallocate() }

  /// Makes room for `count` bytes; the first `kept` stay.
  mutating func reserve(_ count: Int, keeping kept: Int = 0) {
    guard memory.count < count else { return }
    let fresh = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, memory.count * 2), alignment: 64)
    if kept > 0 { fresh.copyMemory(from: bytes(kept)) }
    memory.deallocate()
    memory = fresh
  }

  func part(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory[range])
  }

  func bytes(_ count: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }
}

/// Unpacks single zstd frames of known size.
final class StageDecoder {
  private let context: OpaquePointer

  init() throws(ArchiveError) {
    guard let context = ZSTD_createDCtx() else { throw ArchiveError(.read, "no memory for decompression") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// What `packed` holds; nil unless it is one zstd frame of exactly `size` bytes of content.
  func decode(
    _ packed: UnsafeRawBufferPointer, size: Int, into buffer: inout GrowingBuffer
  ) throws -> UnsafeRawBufferPointer? {
    guard ZSTD_getFrameContentSize(packed.baseAddress, packed.count) == UInt64(size),
      ZSTD_findFrameCompressedSize(packed.baseAddress, packed.count) == packed.count
    else { return nil }
    buffer.reserve(size)
    let count = ZSTD_decompressDCtx(
      context, buffer.part(0..<size).baseAddress, size, packed.baseAddress, packed.count)
    guard ZSTD_isError(count) == 0, count == size else { return nil }
    return buffer.bytes(size)
  }
}
