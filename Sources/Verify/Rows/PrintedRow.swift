import Records

/// One field of a row as COPY … TO STDOUT prints it.
struct PrintedField {
  /// Without the tab; with the escapes of COPY.
  var text: ByteRun
  var isEscaped: Bool

  /// True for `\N`.
  @inline(__always) var isNull: Bool {
    isEscaped && text.count == 2 && text.start[0] == 0x5C && text.start[1] == 0x4E
  }
}

/// Cuts a printed row at its tabs.
struct PrintedRow {
  private let text: ByteRun
  private var place: UnsafePointer<UInt8>
  private var isDone = false

  /// `bytes` is a row with its line feed; nil where that is missing.
  @inline(__always) init?(_ bytes: UnsafeRawBufferPointer) {
    guard var run = ByteRun(bytes), !run.isEmpty, run.end[-1] == 0x0A else { return nil }
    run.end -= 1
    text = run
    place = run.start
  }

  /// The next field; nil after the last one.
  @inline(__always) mutating func next() -> PrintedField? {
    guard !isDone else { return nil }
    let start = place
    var stop = text.find(0x09, or: 0x5C, from: start)
    var isEscaped = false
    while let found = stop, found.pointee == 0x5C {
      isEscaped = true
      // A tab within a field is printed as an escape: what follows the backslash never ends the field.
      stop = found + 1 < text.end ? text.find(0x09, or: 0x5C, from: found + 2) : nil
    }
    let end = stop ?? text.end
    if stop == nil {
      isDone = true
    } else {
      place = end + 1
    }
    return PrintedField(text: text.part(start, end), isEscaped: isEscaped)
  }
}

/// The escapes of COPY's text format.
enum CopyEscapes {
  /// The bytes that a field stands for; they lie in `scratch`. Nil where it ends within an escape.
  static func decode(_ run: ByteRun, into scratch: GrowingBytes) -> ByteRun? {
    let target = scratch.room(for: run.count)
    var out = target
    var place = run.start
    while let escape = run.find(0x5C, or: 0x5C, from: place) {
      guard run.end - escape >= 2 else { return nil }
      let length = escape - place
      out.update(from: place, count: length)
      out += length
      place = escape + 1
      out.pointee = byte(at: &place, end: run.end)
      out += 1
    }
    out.update(from: place, count: run.end - place)
    return scratch.run(out - target + (run.end - place))
  }

  /// The byte that the escape stands for whose backslash lies before `place`.
  @inline(__always)
  private static func byte(at place: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> UInt8 {
    let letter = place.pointee
    place += 1
    switch letter {
    case 0x62: return 0x08
    case 0x66: return 0x0C
    case 0x6E: return 0x0A
    case 0x72: return 0x0D
    case 0x74: return 0x09
    case 0x76: return 0x0B
    case 0x30...0x37: return number(letter &- 0x30, digits: 2, base: 8, at: &place, end: end)
    case 0x78 where place < end && HexText.value(of: place.pointee) != nil:
      return number(0, digits: 2, base: 16, at: &place, end: end)
    default: return letter
    }
  }

  private static func number(
    _ first: UInt8, digits: Int, base: UInt8, at place: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> UInt8 {
    var value = first
    for _ in 0..<digits {
      guard place < end, let digit = HexText.value(of: place.pointee), digit < base else { break }
      value = value &* base &+ digit
      place += 1
    }
    return value
  }
}
