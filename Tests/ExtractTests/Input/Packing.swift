import CZlib
import CZstd
import Testing

/// One gzip member.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
  var stream = z_stream()
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1024)
  return try withUnsafeMutablePointer(to: &stream) { stream in
    let version = ZLIB_VERSION
    let size = Int32(MemoryLayout<z_stream>.size)
    try #require(deflateInit2_(stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, version, size) == Z_OK)
    defer { deflateEnd(stream) }
    let count = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        return deflate(stream, Z_FINISH) == Z_STREAM_END ? output.count - Int(stream.pointee.avail_out) : nil
      }
    }
    return Array(output[..<(try #require(count))])
  }
}

/// One zstd frame with a checksum at its end.
func zstd(_ bytes: [UInt8]) throws -> [UInt8] {
  let context = try #require(ZSTD_createCCtx())
  defer { ZSTD_freeCCtx(context) }
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
  let count = ZSTD_compress2(context, &output, output.count, bytes, bytes.count)
  try #require(ZSTD_isError(count) == 0)
  return Array(output[..<count])
}

/// A zstd frame that readers step over.
func skippableFrame(_ count: UInt8) -> [UInt8] {
  [0x5A, 0x2A, 0x4D, 0x18, count, 0, 0, 0] + Array(repeating: 0xAA, count: Int(count))
}

/// A zstd frame with one empty block, whose header asks for a window of 2 to the power of `windowLog` bytes.
func emptyFrame(windowLog: UInt8) -> [UInt8] {
  [0x28, 0xB5, 0x2F, 0xFD, 0x00, (windowLog - 10) << 3, 0x01, 0x00, 0x00]
}

/// JSON text that packs to some length but not to nothing.
func sampleText(_ count: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 64)
  var state: UInt64 = 7
  while bytes.count < count {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    bytes += Array(#"{"id":\#(state >> 33)},"#.utf8)
  }
  return Array(bytes[..<count])
}
