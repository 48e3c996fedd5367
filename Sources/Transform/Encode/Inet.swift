import Platform
import Records
import Scalars

extension FieldEncoder {
  /// An address, alone or before `/prefix`, as PostgreSQL's family, bits, "is cidr", count of bytes, and the bytes.
  mutating func encodeInet(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    let text = try unpadded(try string(value), or: .malformed)
    let slash = text.firstIndex(of: 0x2F)
    guard let address = IPAddress(UnsafeRawBufferPointer(rebasing: text[..<(slash ?? text.count)])) else {
      throw problem(.malformed, .string)
    }
    var prefix = address.count &* 8
    if let slash {
      guard let bits = Self.prefix(UnsafeRawBufferPointer(rebasing: text[(slash &+ 1)...])), bits <= prefix else {
        throw problem(.malformed, .string)
      }
      prefix = bits
    }
    sink.append(bigEndian: Int32(truncatingIfNeeded: address.count &+ 4))
    sink.append(address.isIPv6 ? 3 : 2)
    sink.append(UInt8(truncatingIfNeeded: prefix))
    sink.append(0)
    sink.append(UInt8(truncatingIfNeeded: address.count))
    withUnsafeBytes(of: address.bytes) { sink.append(UnsafeRawBufferPointer(rebasing: $0[..<address.count])) }
  }

  /// Up to three digits without a leading zero.
  private static func prefix(_ text: UnsafeRawBufferPointer) -> Int? {
    var cursor = ByteCursor(text)
    guard text.count <= 3, var bits = cursor.digit(), bits > 0 || text.count == 1 else { return nil }
    while let digit = cursor.digit() { bits = bits &* 10 &+ digit }
    return cursor.isAtEnd ? bits : nil
  }
}

/// An address of either family, as `inet_pton` reads it: IPv4 in four decimal numbers without leading zeros, IPv6 in any
/// of its forms but with a zone.
private struct IPAddress {
  let isIPv6: Bool
  /// In network order; of an IPv4 address the first four bytes.
  let bytes: in6_addr

  var count: Int { isIPv6 ? 16 : 4 }

  init?(_ text: UnsafeRawBufferPointer) {
    var terminated = SIMD64<UInt8>()
    var bytes = in6_addr()
    // No address has more than 45 characters, and a zero would end the text early.
    guard text.count < terminated.scalarCount, !text.contains(0) else { return nil }
    isIPv6 = text.contains(0x3A)
    let family = isIPv6 ? AF_INET6 : AF_INET
    let isAddress = withUnsafeMutableBytes(of: &terminated) { buffer in
      buffer.copyMemory(from: text)
      return inet_pton(family, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), &bytes) == 1
    }
    guard isAddress else { return nil }
    self.bytes = bytes
  }
}
