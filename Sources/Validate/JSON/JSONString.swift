import Records

/// What stands between the quotes of a JSON string.
enum JSONString {
  static func isEscaped(_ content: UnsafeRawBufferPointer) -> Bool {
    content.contains(UInt8(ascii: "\\"))
  }

  /// Appends the string itself, as UTF-8. A surrogate without its partner is written in the three bytes that UTF-8
  /// would give it: still one character, and different ones stay different.
  static func decode(_ content: UnsafeRawBufferPointer, into sink: inout ByteSink) {
    sink.reserve(content.count)
    var place = 0
    while place < content.count {
      let byte = content[place]
      place &+= 1
      guard byte == UInt8(ascii: "\\"), place < content.count else {
        sink.append(byte)
        continue
      }
      let escape = content[place]
      place &+= 1
      switch escape {
      case UInt8(ascii: "n"): sink.append(0x0A)
      case UInt8(ascii: "t"): sink.append(0x09)
      case UInt8(ascii: "r"): sink.append(0x0D)
      case UInt8(ascii: "b"): sink.append(0x08)
      case UInt8(ascii: "f"): sink.append(0x0C)
      case UInt8(ascii: "u"): append(scalar(in: content, at: &place), to: &sink)
      default: sink.append(escape)
      }
    }
  }

  /// The code point whose four digits begin at `place`, with the low surrogate that may follow.
  private static func scalar(in content: UnsafeRawBufferPointer, at place: inout Int) -> UInt32 {
    let first = unit(in: content, at: place)
    place &+= 4
    guard first & 0xFC00 == 0xD800, place &+ 6 <= content.count, content[place] == UInt8(ascii: "\\"),
      content[place &+ 1] == UInt8(ascii: "u")
    else { return first }
    let second = unit(in: content, at: place &+ 2)
    guard second & 0xFC00 == 0xDC00 else { return first }
    place &+= 6
    return 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
  }

  private static func unit(in content: UnsafeRawBufferPointer, at place: Int) -> UInt32 {
    var value: UInt32 = 0
    for index in place..<min(place &+ 4, max(place, content.count)) {
      let byte = content[index]
      let digit = byte <= UInt8(ascii: "9") ? byte &- UInt8(ascii: "0") : (byte | 0x20) &- UInt8(ascii: "a") &+ 10
      value = value << 4 | UInt32(digit & 15)
    }
    return value
  }

  private static func append(_ scalar: UInt32, to sink: inout ByteSink) {
    func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | scalar >> shift & 0x3F) }
    switch scalar {
    case ..<0x80: sink.append(UInt8(truncatingIfNeeded: scalar))
    case ..<0x800:
      sink.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      sink.append(tail(0))
    case ..<0x10000:
      sink.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      sink.append(tail(6))
      sink.append(tail(0))
    default:
      sink.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      sink.append(tail(12))
      sink.append(tail(6))
      sink.append(tail(0))
    }
  }
}
