import Records

/// An IPv4 or IPv6 address with its prefix; without a written prefix, that of a single host.
struct AddressText: Equatable {
  /// The address in network byte order as two big-endian words; IPv4 in the lowest 32 bits of `low`.
  var high: UInt64 = 0
  var low: UInt64 = 0
  var prefix: Int = 0
  var isIPv6 = false

  init?(_ run: ByteRun) {
    var reader = TextReader(run)
    isIPv6 = run.buffer.contains(0x3A)
    guard isIPv6 ? readIPv6(&reader) : readIPv4(&reader) else { return nil }
    prefix = isIPv6 ? 128 : 32
    if reader.skip(0x2F) {
      guard let written = reader.digits(), written.count <= 3, written.value <= prefix else { return nil }
      prefix = Int(written.value)
    }
    guard reader.isAtEnd else { return nil }
  }

  private mutating func readIPv4(_ reader: inout TextReader) -> Bool {
    var address: UInt64 = 0
    for i in 0..<4 {
      if i > 0, !reader.skip(0x2E) { return false }
      guard let part = reader.digits(), part.count <= 3, part.value <= 255 else { return false }
      address = address << 8 | UInt64(part.value)
    }
    low |= address
    return true
  }

  private mutating func readIPv6(_ reader: inout TextReader) -> Bool {
    var groups = 0
    var gap: Int?
    if reader.next == 0x3A {
      guard reader.skip(0x3A), reader.skip(0x3A) else { return false }
      gap = 0
    }
    while groups < 8, Self.hexValue(reader.next) != nil {
      if groups <= 6, Self.isDotted(reader) {
        push(0)
        push(0)
        guard readIPv4(&reader) else { return false }
        groups += 2
        break
      }
      guard let group = Self.group(&reader) else { return false }
      push(group)
      groups += 1
      guard reader.next == 0x3A, groups < 8 else { break }
      reader.place += 1
      if reader.skip(0x3A) {
        guard gap == nil else { return false }
        gap = groups
      } else if Self.hexValue(reader.next) == nil {
        return false
      }
    }
    guard let gap else { return groups == 8 }
    guard groups < 8 else { return false }
    spread(groups: groups, gap: gap)
    return true
  }

  private mutating func push(_ group: UInt64) {
    high = high << 16 | low >> 48
    low = low << 16 | group
  }

  /// Moves the groups before the gap to the front of the address.
  private mutating func spread(groups: Int, gap: Int) {
    let after = groups - gap
    let all = UInt128(high) << 64 | UInt128(low)
    let tail = after == 0 ? 0 : all & (UInt128.max >> UInt128(128 - 16 * after))
    let head = gap == 0 ? 0 : (all >> UInt128(16 * after)) << UInt128(128 - 16 * gap)
    high = UInt64(truncatingIfNeeded: (head | tail) >> 64)
    low = UInt64(truncatingIfNeeded: head | tail)
  }

  private static func group(_ reader: inout TextReader) -> UInt64? {
    var value: UInt64 = 0
    var count = 0
    while let digit = hexValue(reader.next) {
      value = value << 4 | UInt64(digit)
      count += 1
      guard count <= 4 else { return nil }
      reader.place += 1
    }
    return count > 0 ? value : nil
  }

  /// True when a point comes before the next colon: the last four bytes are written as IPv4.
  private static func isDotted(_ reader: TextReader) -> Bool {
    var copy = reader
    while let _ = hexValue(copy.next) { copy.place += 1 }
    return copy.next == 0x2E
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? { HexText.value(of: byte) }
}

extension AddressText {
  /// IPv4 with points, IPv6 as eight groups; always with the prefix.
  var text: String {
    "\(isIPv6 ? groups.joined(separator: ":") : octets.joined(separator: "."))/\(prefix)"
  }

  private var octets: [String] {
    [24, 16, 8, 0].map { (shift: UInt64) in String(low >> shift & 0xFF) }
  }

  private var groups: [String] {
    [high, low].flatMap { word in
      [48, 32, 16, 0].map { (shift: UInt64) in String(word >> shift & 0xFFFF, radix: 16) }
    }
  }
}

/// `inet`
enum InetForm: CanonicalForm {
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool {
    guard let value = AddressText(run) else { return false }
    hash.absorb(value.high.byteSwapped, value.low.byteSwapped)
    hash.absorb(UInt64(value.prefix), .inet, value.isIPv6 ? 6 : 4)
    return true
  }

  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String? { AddressText(run)?.text }
}
