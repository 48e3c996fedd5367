import Records

/// Passes over JSON text from one value to the next.
///
/// The grammar was checked by the reader; here it is only never trusted with memory.
struct JSONCursor {
  private let text: ByteRun
  /// What is read next.
  private(set) var place: UnsafePointer<UInt8>

  init(_ text: ByteRun) {
    self.text = text
    place = text.start
  }

  /// Whether nothing but white space is left.
  var isAtEnd: Bool { mutating get { next() == 0 && place == text.end } }

  /// The next byte that is no white space, which `place` is at then; 0, which no JSON has outside a string, at the end.
  @inline(__always) mutating func next() -> UInt8 {
    while place < text.end, place.pointee <= 0x20 { place += 1 }
    return place < text.end ? place.pointee : 0
  }

  /// Moves past the next byte if it is this one.
  @inline(__always) mutating func pass(_ byte: UInt8) -> Bool {
    guard next() == byte else { return false }
    place += 1
    return true
  }

  /// Moves past the next value; nil where there is none, or no end of it.
  mutating func value() -> SourceValue? {
    let first = next()
    let start = place
    switch first {
    case 0x22:
      guard let isEscaped = passString() else { return nil }
      return SourceValue(kind: .string, text: text.part(start + 1, place - 1), isEscaped: isEscaped, ordinal: 0)
    case 0x7B: return passContainer() ? value(.object, from: start) : nil
    case 0x5B: return passContainer() ? value(.array, from: start) : nil
    default:
      while place < text.end, !Self.endsBare(place.pointee) { place += 1 }
      return Self.kind(ofBare: first).map { value($0, from: start) }
    }
  }

  private func value(_ kind: TokenKind, from start: UnsafePointer<UInt8>) -> SourceValue {
    SourceValue(kind: kind, text: text.part(start, place), isEscaped: false, ordinal: 0)
  }

  private static func kind(ofBare first: UInt8) -> TokenKind? {
    switch first {
    case 0x6E: .null
    case 0x74: .true
    case 0x66: .false
    case 0x2D, 0x30...0x39: .number
    default: nil
    }
  }

  @inline(__always) private static func endsBare(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == 0x2C || byte == 0x5D || byte == 0x7D
  }

  /// Moves past a string; says whether it has escapes.
  private mutating func passString() -> Bool? {
    var isEscaped = false
    var from = place + 1
    while let found = text.find(0x22, or: 0x5C, from: from) {
      if found.pointee == 0x22 {
        place = found + 1
        return isEscaped
      }
      isEscaped = true
      guard text.end - found >= 2 else { return nil }
      from = found + 2
    }
    return nil
  }

  private mutating func passContainer() -> Bool {
    var depth = 0
    while place < text.end {
      switch place.pointee {
      case 0x22:
        guard passString() != nil else { return false }
        continue
      case 0x7B, 0x5B: depth += 1
      case 0x7D, 0x5D: depth -= 1
      default: break
      }
      place += 1
      if depth == 0 { return true }
    }
    return false
  }
}
