/// Decodes the escapes of a JSON string. Written apart from the reader's own decoder: the two prove each other.
enum JSONEscapes {
  /// The bytes that `run`, a string's text without its quotes, stands for; they lie in `scratch`.
  ///
  /// An escape JSON does not know and a surrogate without its partner stand for themselves: a record with either was
  /// refused before it came here, and whatever they are taken for must only be bounded.
  static func decode(_ run: ByteRun, into scratch: GrowingBytes) -> ByteRun {
    // An escape is never shorter than what it stands for.
    let target = scratch.room(for: run.count)
    var out = target
    var place = run.start
    while let escape = run.find(0x5C, or: 0x5C, from: place), run.end - escape >= 2 {
      copy(from: place, to: escape, at: &out)
      place = escape + 2
      switch escape[1] {
      case 0x62: append(0x08, at: &out)
      case 0x66: append(0x0C, at: &out)
      case 0x6E: append(0x0A, at: &out)
      case 0x72: append(0x0D, at: &out)
      case 0x74: append(0x09, at: &out)
      case 0x75:
        guard let scalar = scalar(at: &place, end: run.end) else {
          copy(from: escape, to: place, at: &out)
          continue
        }
        appendUTF8(scalar, at: &out)
      default: append(escape[1], at: &out)
      }
    }
    copy(from: place, to: run.end, at: &out)
    return scratch.run(out - target)
  }

  /// The code point whose four digits begin at `place`, with its second half where it is a surrogate.
  private static func scalar(at place: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> UInt32? {
    guard let first = unit(at: place, end: end) else { return nil }
    place += 4
    guard 0xD800...0xDBFF ~= first, end - place >= 6, place[0] == 0x5C, place[1] == 0x75,
      let second = unit(at: place + 2, end: end), 0xDC00...0xDFFF ~= second
    else { return first }
    place += 6
    return 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
  }

  private static func unit(at place: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> UInt32? {
    guard end - place >= 4 else { return nil }
    var value: UInt32 = 0
    for i in 0..<4 {
      guard let digit = HexText.value(of: place[i]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  @inline(__always) private static func append(_ byte: UInt8, at out: inout UnsafeMutablePointer<UInt8>) {
    out.pointee = byte
    out += 1
  }

  @inline(__always) private static func copy(
    from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, at out: inout UnsafeMutablePointer<UInt8>
  ) {
    out.update(from: start, count: end - start)
    out += end - start
  }

  private static func appendUTF8(_ scalar: UInt32, at out: inout UnsafeMutablePointer<UInt8>) {
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: (scalar >> shift) & 0x3F) }
    switch scalar {
    case ..<0x80:
      append(UInt8(truncatingIfNeeded: scalar), at: &out)
    case ..<0x800:
      append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6), at: &out)
      append(tail(0), at: &out)
    case ..<0x10000:
      append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12), at: &out)
      append(tail(6), at: &out)
      append(tail(0), at: &out)
    default:
      append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18), at: &out)
      append(tail(12), at: &out)
      append(tail(6), at: &out)
      append(tail(0), at: &out)
    }
  }
}
