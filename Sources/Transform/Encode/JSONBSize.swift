/// What PostgreSQL's jsonb refuses, computed as it does: every container is a header of 4 bytes, 4 bytes for each key
/// and element, and their data, in which numbers and containers begin at multiples of 4.
struct JSONBSize {
  /// A text up to here stays below every limit: it grows sixfold at most.
  static let harmlessBytes = 16 << 20
  /// The most bytes of a string, a key, or a container with all it holds.
  static let mostBytes = 0x0FFF_FFFF
  /// PostgreSQL doubles its memory for elements of 32 bytes and for pairs of 72, within an allocation of 1 GiB.
  static let mostElements = 1 << 24
  static let mostPairs = 1 << 23

  /// - Parameter text: a JSON value, known to be well formed.
  /// - Throws: `tooLarge`; `outOfRange` for a number beyond PostgreSQL's numeric.
  static func check(_ text: UnsafeRawBufferPointer) throws(ValueProblem.Kind) {
    var size = JSONBSize()
    var scanner = JSONScanner(text)
    while let piece = scanner.next() { try size.take(piece) }
    try size.close()
  }

  private struct Container {
    var isObject: Bool
    /// Keys and values counted one by one.
    var items = 0
    var bytes = 0
  }

  /// A value that is no container is stored as an array of one.
  private var open = [Container(isObject: false)]

  private mutating func take(_ piece: JSONScanner.Piece) throws(ValueProblem.Kind) {
    switch piece {
    case .open(let isObject): open.append(Container(isObject: isObject))
    case .close: try close()
    case .word: try add(bytes: 0, isAligned: false)
    case .string(let bytes): try add(bytes: bytes, isAligned: false)
    case .number(let text):
      guard let number = DecimalText(text), let size = NumericSize(storedAsJSON: number) else { throw .outOfRange }
      try add(bytes: size.storedBytes, isAligned: true)
    }
  }

  private mutating func add(bytes: Int, isAligned: Bool) throws(ValueProblem.Kind) {
    guard bytes <= Self.mostBytes, var container = open.popLast() else { throw .tooLarge }
    container.items &+= 1
    let most = container.isObject ? Self.mostPairs &* 2 : Self.mostElements
    guard container.items <= most else { throw .tooLarge }
    if isAligned {
      // An object's values are stored in another order than they are written: then the padding is the most possible.
      container.bytes = container.isObject ? container.bytes &+ 3 : (container.bytes &+ 3) & ~3
    }
    container.bytes &+= bytes
    open.append(container)
  }

  /// The innermost container is complete, and becomes an element of the one around it.
  private mutating func close() throws(ValueProblem.Kind) {
    guard let container = open.popLast() else { return }
    let bytes = 4 &+ container.items &* 4 &+ container.bytes
    guard bytes <= Self.mostBytes else { throw .tooLarge }
    if !open.isEmpty { try add(bytes: bytes, isAligned: true) }
  }
}

extension NumericSize {
  /// As PostgreSQL reads it from the text: an exponent beyond half of an `int32` is refused even for zero.
  fileprivate init?(storedAsJSON number: DecimalText) {
    guard number.exponent.magnitude < UInt(Int32.max / 2) else { return nil }
    self.init(number, scale: number.scale)
  }
}
