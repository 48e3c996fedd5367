/// Walks over a JSON text whose grammar was checked before. It trusts the grammar to be right, never to be there: no step
/// reads past the end, and every step that cannot go on says so.
public struct JSONScanner {
  public let text: UnsafeRawBufferPointer
  public var place: Int

  @inlinable public init(_ text: UnsafeRawBufferPointer, from place: Int = 0) {
    self.text = text
    self.place = place
  }

  /// The byte at the place; 0, which no JSON text holds, at the end.
  @inlinable public var current: UInt8 { place < text.count ? text[place] : 0 }

  @inlinable public mutating func skipSpace() {
    while place < text.count {
      switch text[place] {
      case 0x20, 0x0A, 0x0D, 0x09: place &+= 1
      default: return
      }
    }
  }

  /// From an opening quote to the byte after the closing one.
  public mutating func skipString() -> Bool {
    guard current == UInt8(ascii: "\"") else { return false }
    var ahead = place &+ 1
    while ahead < text.count {
      if ahead &+ 8 <= text.count {
        let skipped = Self.plainBytes(UInt64(littleEndian: text.loadUnaligned(fromByteOffset: ahead, as: UInt64.self)))
        ahead &+= skipped
        if skipped == 8 { continue }
      }
      switch text[ahead] {
      case UInt8(ascii: "\""):
        place = ahead &+ 1
        return true
      case UInt8(ascii: "\\"): ahead &+= 2
      default: ahead &+= 1
      }
    }
    return false
  }

  /// How many bytes, from the least significant, come before a quote or backslash.
  @inline(__always) private static func plainBytes(_ word: UInt64) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let found = ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & (ones << 7)
    return found.trailingZeroBitCount >> 3
  }

  /// From the first byte of any value to the byte after its last.
  public mutating func skipValue() -> Bool {
    switch current {
    case UInt8(ascii: "\""): return skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): return skipContainer()
    default: return skipScalar()
    }
  }

  private mutating func skipContainer() -> Bool {
    var depth = 0
    while place < text.count {
      switch text[place] {
      case UInt8(ascii: "\""):
        guard skipString() else { return false }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth &-= 1
      default: break
      }
      place &+= 1
      if depth == 0 { return true }
    }
    return false
  }

  /// From the first byte of a number or word to the byte after its last.
  public mutating func skipScalar() -> Bool {
    let start = place
    scan: while place < text.count {
      switch text[place] {
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0A, 0x0D, 0x09: break scan
      default: place &+= 1
      }
    }
    return place > start
  }

  /// The next element of an array, whose opening bracket lies behind; nil where `current` is the closing one, or the text
  /// is damaged.
  public mutating func nextElement() -> UnsafeRawBufferPointer? {
    skipSpace()
    if current == UInt8(ascii: ",") {
      place &+= 1
      skipSpace()
    }
    let start = place
    guard current != UInt8(ascii: "]"), skipValue() else { return nil }
    return UnsafeRawBufferPointer(rebasing: text[start..<place])
  }
}
