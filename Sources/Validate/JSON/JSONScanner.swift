/// Walks over a JSON text whose grammar was checked before it was encoded. It trusts the grammar to be right, never
/// to be there: no step reads past the end, and every step that cannot go on says `false`.
struct JSONScanner {
  let text: UnsafeRawBufferPointer
  var position = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  /// The byte at the position; 0, which no JSON text holds, at the end.
  var current: UInt8 { position < text.count ? text[position] : 0 }

  mutating func skipSpace() {
    while position < text.count {
      switch text[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
      default: return
      }
    }
  }

  /// From an opening quote to the byte after the closing one.
  mutating func skipString() -> Bool {
    guard current == UInt8(ascii: "\"") else { return false }
    var place = position &+ 1
    while place < text.count {
      if place &+ 8 <= text.count {
        let skipped = Self.plainBytes(UInt64(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
        place &+= skipped
        if skipped == 8 { continue }
      }
      switch text[place] {
      case UInt8(ascii: "\""):
        position = place &+ 1
        return true
      case UInt8(ascii: "\\"): place &+= 2
      default: place &+= 1
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
  mutating func skipValue() -> Bool {
    switch current {
    case UInt8(ascii: "\""): return skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): return skipContainer()
    default: return skipScalar()
    }
  }

  private mutating func skipContainer() -> Bool {
    var depth = 0
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "\""):
        guard skipString() else { return false }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth &-= 1
      default: break
      }
      position &+= 1
      if depth == 0 { return true }
    }
    return false
  }

  private mutating func skipScalar() -> Bool {
    let start = position
    scan: while position < text.count {
      switch text[position] {
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0A, 0x0D, 0x09: break scan
      default: position &+= 1
      }
    }
    return position > start
  }
}

extension JSONScanner {
  /// The number of elements of an array, given its text; nil where the text is damaged.
  static func elementCount(of array: UnsafeRawBufferPointer) -> Int? {
    var scanner = JSONScanner(array)
    guard scanner.current == UInt8(ascii: "[") else { return nil }
    scanner.position = 1
    var count = 0
    while true {
      scanner.skipSpace()
      switch scanner.current {
      case UInt8(ascii: "]"): return count
      case UInt8(ascii: ","): scanner.position &+= 1
      default:
        guard scanner.skipValue() else { return nil }
        count += 1
      }
    }
  }
}
