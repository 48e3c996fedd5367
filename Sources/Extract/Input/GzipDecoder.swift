internal import CZlib

/// gzip: one member or several, each with its checksum and length checked; nothing may follow the last one.
final class GzipDecoder: SourceDecoder {
  private let packed: PackedBytes
  /// zlib keeps the address, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isBetweenMembers = true

  init(_ packed: PackedBytes) throws(ExtractError) {
    self.packed = packed
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window, the largest there is; 16 more ask for gzip's header and trailer.
    let result = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard result == Z_OK else { throw packed.error(.unreadable, "zlib cannot start: error \(result)") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ExtractError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let hasMore = try packed.refill()
      if isBetweenMembers {
        guard hasMore else { break }
        try beginMember()
      }
      filled += try inflateSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
    }
    return filled
  }

  private func beginMember() throws(ExtractError) {
    guard packed.unread.first == Compression.gzipMagic[0] else {
      throw packed.error(.damaged, "something that is not gzip follows after the end of the compressed data")
    }
    inflateReset(stream)
    isBetweenMembers = false
  }

  /// One step of zlib; without unread bytes it still gives what it holds back.
  private func inflateSome(into buffer: UnsafeMutableRawBufferPointer) throws(ExtractError) -> Int {
    let input = packed.unread
    let room = UInt32(clamping: buffer.count)
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = room
    let result = inflate(stream, Z_NO_FLUSH)
    packed.take(input.count - Int(stream.pointee.avail_in))
    switch result {
    case Z_OK: break
    case Z_STREAM_END: isBetweenMembers = true
    case Z_BUF_ERROR: throw packed.error(.truncated, "the compressed data ends in the middle")
    case Z_MEM_ERROR: throw packed.error(.unreadable, "there is no memory to unpack it")
    default: throw packed.error(.damaged, "the gzip data is damaged: \(reason)")
    }
    return Int(room - stream.pointee.avail_out)
  }

  private var reason: String {
    stream.pointee.msg.map { String(cString: $0) } ?? "no reason given"
  }
}
