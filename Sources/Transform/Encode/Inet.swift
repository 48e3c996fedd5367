import Records
import Scalars

extension FieldEncoder {
  mutating func encodeInet(_ value: Lexeme, into sink: inout ByteSink) throws(ValueProblem) {
    var cursor = ByteCursor(try unpadded(try string(value), or: .malformed))
    let address = IPAddress(&cursor)
    guard let address, let prefix = Self.prefix(&cursor, most: address.bits), cursor.isAtEnd else {
      throw problem(.malformed, .string)
    }
    address.write(prefix: prefix, into: &sink)
  }

  /// `/prefix`, or the whole address where there is none.
  private static func prefix(_ cursor: inout ByteCursor, most: Int) -> Int? {
    guard cursor.take(0x2F) else { return most }
    guard let bits = cursor.shortNumber(digits: 3), bits <= most else { return nil }
    return bits
  }
}

/// An address of either family.
private struct IPAddress {
  /// The address in network order, the first group in the first lane; of an IPv4 address the last two only.
  var groups = SIMD8<UInt16>()
  var isIPv6: Bool

  var bits: Int { isIPv6 ? 128 : 32 }

  init?(_ cursor: inout ByteCursor) {
    var ahead = cursor
    if let address = Self.ipv4(&ahead), ahead.isAtEnd || ahead.next == 0x2F {
      cursor = ahead
      isIPv6 = false
      (groups[6], groups[7]) = address
    } else {
      isIPv6 = true
      guard let groups = Self.ipv6(&cursor) else { return nil }
      self.groups = groups
    }
  }

  /// Four decimal numbers, none with a leading zero: `010` means eight to some and ten to others.
  private static func ipv4(_ cursor: inout ByteCursor) -> (UInt16, UInt16)? {
    var address: UInt32 = 0
    for i in 0..<4 {
      if i > 0, !cursor.take(0x2E) { return nil }
      guard let octet = cursor.shortNumber(digits: 3), octet <= 255 else { return nil }
      address = address << 8 | UInt32(octet)
    }
    return (UInt16(truncatingIfNeeded: address >> 16), UInt16(truncatingIfNeeded: address))
  }

  /// Up to eight groups; `::` once for the groups that are missing; an IPv4 address for the last two.
  private static func ipv6(_ cursor: inout ByteCursor) -> SIMD8<UInt16>? {
    var groups = SIMD8<UInt16>()
    var count = 0
    var gap: Int?
    if cursor.take(0x3A) {
      guard cursor.take(0x3A) else { return nil }
      gap = 0
    }
    while count < 8 {
      var ahead = cursor
      if count <= 6, let address = ipv4(&ahead) {
        cursor = ahead
        (groups[count], groups[count &+ 1]) = address
        count &+= 2
        break
      }
      guard let group = hexGroup(&cursor) else {
        // Only `::` may end the address.
        guard gap == count else { return nil }
        break
      }
      groups[count] = group
      count &+= 1
      if !cursor.take(0x3A) { break }
      if cursor.next == 0x3A {
        guard gap == nil, cursor.take(0x3A) else { return nil }
        gap = count
      } else if count == 8 {
        return nil
      }
    }
    guard let gap else { return count == 8 ? groups : nil }
    guard count < 8 else { return nil }
    return spread(groups, count: count, gap: gap)
  }

  /// Moves the groups from `gap` on to the end.
  private static func spread(_ groups: SIMD8<UInt16>, count: Int, gap: Int) -> SIMD8<UInt16> {
    var result = SIMD8<UInt16>()
    for i in 0..<gap { result[i] = groups[i] }
    for i in gap..<count { result[8 &- count &+ i] = groups[i] }
    return result
  }

  private static func hexGroup(_ cursor: inout ByteCursor) -> UInt16? {
    var value: UInt16 = 0
    var digits = 0
    while digits < 4, cursor.next.hexValue < 16 {
      value = value << 4 | UInt16(cursor.next.hexValue)
      cursor.advance()
      digits &+= 1
    }
    return digits > 0 ? value : nil
  }

  /// PostgreSQL's family, bits, "is cidr", count of bytes, and the bytes.
  func write(prefix: Int, into sink: inout ByteSink) {
    let bytes: UInt8 = isIPv6 ? 16 : 4
    sink.append(bigEndian: Int32(bytes) &+ 4)
    sink.append(isIPv6 ? 3 : 2)
    sink.append(UInt8(truncatingIfNeeded: prefix))
    sink.append(0)
    sink.append(bytes)
    for i in (isIPv6 ? 0 : 6)..<8 { sink.append(bigEndian: groups[i]) }
  }
}

extension ByteCursor {
  /// Up to `digits` decimal digits without a leading zero.
  fileprivate mutating func shortNumber(digits most: Int) -> Int? {
    guard var value = digit() else { return nil }
    if value == 0 { return next.isDigit ? nil : 0 }
    var taken = 1
    while taken < most, let digit = digit() {
      value = value &* 10 &+ digit
      taken &+= 1
    }
    return next.isDigit ? nil : value
  }
}
