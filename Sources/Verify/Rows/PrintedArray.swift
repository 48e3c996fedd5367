import Records

/// Cuts PostgreSQL's `{…}` text of an array of one dimension into its elements.
struct PrintedArray {
  enum Element {
    case null
    /// Without quotes; with the escapes of the array where it has any.
    case text(ByteRun, isEscaped: Bool)
  }

  private let text: ByteRun
  private var place: UnsafePointer<UInt8>
  private var isFirst = true
  /// True once the closing brace was passed: the text was an array of one dimension.
  private(set) var isClosed = false

  /// Nil where the text does not begin with a brace, as one with bounds of its own does not.
  init?(_ text: ByteRun) {
    guard text.count >= 2, text.start.pointee == 0x7B else { return nil }
    self.text = text
    place = text.start + 1
  }

  /// The next element; nil after the last one, and where an inner array begins.
  mutating func next() -> Element? {
    guard place < text.end else { return nil }
    if place.pointee == 0x7D {
      isClosed = place + 1 == text.end
      return nil
    }
    if !isFirst {
      guard place.pointee == 0x2C else { return nil }
      place += 1
    }
    isFirst = false
    guard place < text.end, place.pointee != 0x7B else { return nil }
    return place.pointee == 0x22 ? quoted() : bare()
  }

  private mutating func quoted() -> Element? {
    let start = place + 1
    var isEscaped = false
    var stop = text.find(0x22, or: 0x5C, from: start)
    while let found = stop, found.pointee == 0x5C {
      isEscaped = true
      guard text.end - found >= 2 else { return nil }
      stop = text.find(0x22, or: 0x5C, from: found + 2)
    }
    guard let end = stop else { return nil }
    place = end + 1
    return .text(text.part(start, end), isEscaped: isEscaped)
  }

  private mutating func bare() -> Element? {
    let start = place
    while place < text.end, place.pointee != 0x2C, place.pointee != 0x7D { place += 1 }
    let element = text.part(start, place)
    if element.isLowercased("null") { return .null }
    return element.isEmpty ? nil : .text(element, isEscaped: false)
  }

  /// The bytes that an escaped element stands for: a backslash means the byte after it.
  static func decode(_ run: ByteRun, into scratch: GrowingBytes) -> ByteRun {
    let target = scratch.room(for: run.count)
    var count = 0
    var place = run.start
    while place < run.end {
      if place.pointee == 0x5C, run.end - place >= 2 { place += 1 }
      target[count] = place.pointee
      count += 1
      place += 1
    }
    return scratch.run(count)
  }
}

extension ColumnForm {
  /// Absorbs what PostgreSQL prints of a column that is not null; the escapes of COPY are decoded.
  @inline(__always) func absorb(printed run: ByteRun, into hash: inout DigestHash, scratch: Scratch) {
    if isArray {
      absorb(printedArray: run, into: &hash, scratch: scratch)
    } else {
      absorb(run, into: &hash, scratch: scratch)
    }
  }

  @inline(never) private func absorb(printedArray run: ByteRun, into hash: inout DigestHash, scratch: Scratch) {
    var elements = DigestHash(.array)
    var count: UInt64 = 0
    var array = PrintedArray(run)
    while let element = array?.next() {
      switch element {
      case .null: elements.absorb(0, .null)
      case .text(let text, let isEscaped):
        let content = isEscaped ? PrintedArray.decode(text, into: scratch.element) : text
        absorb(content, into: &elements, scratch: scratch)
      }
      count &+= 1
    }
    guard let array, array.isClosed else { return hash.absorb(unreadable: run, as: .irregularArray) }
    hash.absorb(elements.finish())
    hash.absorb(count, .array)
  }
}
