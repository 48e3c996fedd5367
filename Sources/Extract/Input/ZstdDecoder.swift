internal import CZstd

/// zstd: one frame or several, frames to be skipped among them, checksums checked; nothing may follow the last one.
///
/// Memory is that of a frame's window: what `zstd` without `--long`, and with `--long=27`, makes is read; a frame with
/// a larger window is refused.
final class ZstdDecoder: SourceDecoder {
  static let largestWindowLog: Int32 = 27

  private let packed: PackedBytes
  private let context: OpaquePointer
  /// A frame was begun and not given out to its end.
  private var isInFrame = false

  init(_ packed: PackedBytes) throws(ExtractError) {
    self.packed = packed
    guard let context = ZSTD_createDCtx() else {
      throw packed.error(.unreadable, "there is no memory to unpack it")
    }
    self.context = context
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.largestWindowLog)
  }

  deinit { ZSTD_freeDCtx(context) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ExtractError) -> Int {
    var filled = 0
    while filled < buffer.count {
      guard try packed.refill() || isInFrame else { break }
      filled += try decompressSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
    }
    return filled
  }

  /// One step of zstd; without unread bytes it still gives what it holds back.
  private func decompressSome(into buffer: UnsafeMutableRawBufferPointer) throws(ExtractError) -> Int {
    let unread = packed.unread
    var input = ZSTD_inBuffer(src: unread.baseAddress, size: unread.count, pos: 0)
    var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
    let result = ZSTD_decompressStream(context, &output, &input)
    if ZSTD_isError(result) != 0 { throw failure(result) }
    packed.take(input.pos)
    isInFrame = result != 0
    if isInFrame, input.pos == 0, output.pos == 0 {
      throw packed.error(.truncated, "the compressed data ends in the middle")
    }
    return output.pos
  }

  private func failure(_ result: Int) -> ExtractError {
    switch ZSTD_getErrorCode(result) {
    case ZSTD_error_frameParameter_windowTooLarge:
      packed.error(.window, "unpacking the zstd data needs a window of more than 128 MiB")
    case ZSTD_error_prefix_unknown where !isInFrame:
      packed.error(.damaged, "something that is not zstd follows after the end of the compressed data")
    case ZSTD_error_memory_allocation:
      packed.error(.unreadable, "there is no memory to unpack it")
    default:
      packed.error(.damaged, "the zstd data is damaged: \(String(cString: ZSTD_getErrorName(result)))")
    }
  }
}
