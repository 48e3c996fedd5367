internal import Records

/// The fields of a sidecar, one behind the other: numbers as LEB128, 7 bits a byte, the lowest first.
struct SidecarWriter: ~Copyable {
  private var sink = ByteSink()

  init() {}

  /// Everything so far; valid until the next call.
  var bytes: UnsafeRawBufferPointer { sink.bytes }

  mutating func removeAll() { sink.removeAll() }

  mutating func put(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      sink.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    sink.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A count or size, which is never negative.
  mutating func put(_ value: Int) { put(UInt64(truncatingIfNeeded: value)) }

  mutating func put(_ value: Bool) { put(value ? UInt64(1) : 0) }

  /// Zigzag: small numbers of either sign are short.
  mutating func put(signed value: Int64) {
    put(UInt64(bitPattern: value &<< 1 ^ value &>> 63))
  }

  mutating func put(_ digest: RowDigest) {
    sink.append(bigEndian: digest.high)
    sink.append(bigEndian: digest.low)
  }

  mutating func put(bytes: some Collection<UInt8>) {
    put(bytes.count)
    for byte in bytes { sink.append(byte) }
  }

  /// Bytes without their count.
  mutating func append(_ bytes: UnsafeRawBufferPointer) { sink.append(bytes) }

  mutating func put(_ text: String) { put(bytes: text.utf8) }
}
