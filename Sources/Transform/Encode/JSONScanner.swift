/// Goes over the text of a JSON value that is known to be well formed, one piece after another and without recursion.
/// On any other text it only promises to stay inside and to end.
struct JSONScanner {
  enum Piece {
    case open(isObject: Bool)
    case close
    /// A string or key, with the count of its bytes once decoded.
    case string(bytes: Int)
    case number(UnsafeRawBufferPointer)
    /// `true`, `false` or `null`
    case word
  }

  private let text: UnsafeRawBufferPointer
  private(set) var place: Int

  init(_ text: UnsafeRawBufferPointer, from place: Int = 0) {
    self.text = text
    self.place = place
  }

  /// Nil at the end.
  mutating func next() -> Piece? {
    skipBetween()
    guard place < text.count else { return nil }
    switch text[place] {
    case 0x7B, 0x5B:
      place &+= 1
      return .open(isObject: text[place &- 1] == 0x7B)
    case 0x7D, 0x5D:
      place &+= 1
      return .close
    case 0x22:
      return .string(bytes: skipString().decoded)
    case 0x2D, 0x30...0x39:
      return .number(UnsafeRawBufferPointer(rebasing: text[skipScalar()]))
    default:
      _ = skipScalar()
      return .word
    }
  }

  /// White space, commas and colons.
  mutating func skipBetween() {
    while place < text.count {
      let byte = text[place]
      guard byte.isSpace || byte == 0x2C || byte == 0x3A else { return }
      place &+= 1
    }
  }

  /// Goes past a number or word; at least one byte.
  mutating func skipScalar() -> Range<Int> {
    let start = place
    place &+= 1
    while place < text.count {
      let byte = text[place]
      if byte.isSpace || byte == 0x2C || byte == 0x5D || byte == 0x7D { break }
      place &+= 1
    }
    return start..<place
  }

  /// Goes past a string: what lies between its quotes, and how many bytes that is once decoded.
  mutating func skipString() -> (range: Range<Int>, decoded: Int) {
    let start = place &+ 1
    place = start
    var decoded = 0
    while place < text.count, text[place] != 0x22 {
      guard text[place] == 0x5C else {
        place &+= 1
        decoded &+= 1
        continue
      }
      decoded &+= skipEscape()
    }
    let end = min(place, text.count)
    place = min(end &+ 1, text.count)
    return (start..<end, decoded)
  }

  /// Goes past an escape; returns how many bytes it stands for. Each half of a surrogate pair stands for two.
  private mutating func skipEscape() -> Int {
    let start = place
    place = min(place &+ 2, text.count)
    guard start &+ 6 <= text.count, text[start &+ 1] == 0x75 else { return 1 }
    place = start &+ 6
    var unit: UInt16 = 0
    for i in start &+ 2..<place { unit = unit << 4 | UInt16(hexValue(text[i]) & 15) }
    switch unit {
    case ..<0x80: return 1
    case ..<0x800, 0xD800...0xDFFF: return 2
    default: return 3
    }
  }

  /// Goes past a whole value: an object or array with all it holds.
  mutating func skipValue() {
    var depth = 0
    repeat {
      guard let piece = next() else { return }
      switch piece {
      case .open: depth &+= 1
      case .close: depth &-= 1
      default: break
      }
    } while depth > 0
  }
}
