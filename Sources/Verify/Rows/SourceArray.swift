import Records

/// Cuts the text of a JSON array into its elements.
struct SourceArray {
  private let text: ByteRun
  private var place: UnsafePointer<UInt8>
  private var isAfterElement = false
  /// True once the closing bracket was passed.
  private(set) var isClosed = false

  /// `text` is the array from bracket to bracket; nil for anything else.
  init?(_ text: ByteRun) {
    guard text.count >= 2, text.start.pointee == 0x5B else { return nil }
    self.text = text
    place = text.start + 1
  }

  /// The next element; nil after the last one, and where the text makes no sense.
  mutating func next() -> SourceValue? {
    skipSpace()
    guard place < text.end else { return nil }
    if place.pointee == 0x5D {
      isClosed = place + 1 == text.end
      return nil
    }
    if isAfterElement {
      guard place.pointee == 0x2C else { return nil }
      place += 1
      skipSpace()
    }
    isAfterElement = true
    return element()
  }

  private mutating func skipSpace() {
    while place < text.end, place.pointee <= 0x20 { place += 1 }
  }

  private mutating func element() -> SourceValue? {
    guard place < text.end else { return nil }
    let start = place
    switch place.pointee {
    case 0x22:
      guard let isEscaped = skipString() else { return nil }
      return SourceValue(kind: .string, text: text.part(start + 1, place - 1), isEscaped: isEscaped, ordinal: 0)
    case 0x7B, 0x5B:
      guard skipContainer() else { return nil }
      return value(start.pointee == 0x7B ? .object : .array, from: start)
    default:
      while place < text.end, !Self.endsBare(place.pointee) { place += 1 }
      return bare(from: start)
    }
  }

  private static func endsBare(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == 0x2C || byte == 0x5D
  }

  private func bare(from start: UnsafePointer<UInt8>) -> SourceValue? {
    switch start.pointee {
    case 0x6E: value(.null, from: start)
    case 0x74: value(.true, from: start)
    case 0x66: value(.false, from: start)
    case 0x2D, 0x30...0x39: value(.number, from: start)
    default: nil
    }
  }

  private func value(_ kind: TokenKind, from start: UnsafePointer<UInt8>) -> SourceValue {
    SourceValue(kind: kind, text: text.part(start, place), isEscaped: false, ordinal: 0)
  }

  /// Moves past the string at hand; says whether it has escapes.
  private mutating func skipString() -> Bool? {
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

  private mutating func skipContainer() -> Bool {
    var depth = 0
    while place < text.end {
      switch place.pointee {
      case 0x22:
        guard skipString() != nil else { return false }
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

extension ColumnForm {
  /// Absorbs a source's array; with `coerce: lenient` a value that is none is an array of one.
  @inline(never) func absorbArray(_ value: SourceValue, into hash: inout DigestHash, scratch: Scratch) {
    var elements = DigestHash(.array)
    var count: UInt64 = 0
    if value.kind == .array, var array = SourceArray(value.text) {
      while let element = array.next() {
        if element.kind == .null {
          elements.absorb(0, .null)
        } else {
          absorbScalar(element, into: &elements, scratch: scratch)
        }
        count &+= 1
      }
      guard array.isClosed else { return hash.absorb(unreadable: value.text, as: unreadable) }
    } else {
      absorbScalar(value, into: &elements, scratch: scratch)
      count = 1
    }
    hash.absorb(elements.finish())
    hash.absorb(count, .array)
  }
}
