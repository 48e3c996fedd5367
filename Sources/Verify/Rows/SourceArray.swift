import Records

/// Cuts the text of a JSON array into its elements.
struct SourceArray {
  private var cursor: JSONCursor
  private var isAfterElement = false
  /// True once the closing bracket was passed.
  private(set) var isClosed = false

  /// `text` is the array from bracket to bracket; nil for anything else.
  init?(_ text: ByteRun) {
    guard text.count >= 2, text.start.pointee == 0x5B else { return nil }
    cursor = JSONCursor(text)
    _ = cursor.pass(0x5B)
  }

  /// The next element; nil after the last one, and where the text makes no sense.
  mutating func next() -> SourceValue? {
    if cursor.pass(0x5D) {
      isClosed = cursor.isAtEnd
      return nil
    }
    if isAfterElement {
      guard cursor.pass(0x2C) else { return nil }
    }
    isAfterElement = true
    return cursor.value()
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
