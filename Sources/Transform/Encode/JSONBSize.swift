import Scalars

/// What PostgreSQL's jsonb refuses, computed as it does: every container is a header of 4 bytes, 4 bytes for each key
/// and element, and their data, in which numbers and containers begin at multiples of 4.
struct JSONBSize {
  struct Limits {
    /// Of a string, a key, or a container with all it holds.
    var bytes = 0x0FFF_FFFF
    /// PostgreSQL doubles its memory for elements of 32 bytes and for pairs of 72, within an allocation of 1 GiB.
    var elements = 1 << 24
    var pairs = 1 << 23
  }

  /// A text up to here stays below every limit but that of its numbers: it grows sixfold at most.
  static let harmlessBytes = 16 << 20

  /// The stored size of a JSON value that is known to be well formed. It is exact but for objects, of which it is the
  /// most possible: the padding between an object's values depends on the order in which they are stored.
  /// - Throws: `tooLarge`; `outOfRange` for a number beyond PostgreSQL's numeric.
  @discardableResult
  static func check(_ text: UnsafeRawBufferPointer, limits: Limits = Limits()) throws(ValueProblem.Kind) -> Int {
    var size = JSONBSize(limits: limits)
    var scanner = JSONScanner(text)
    while scanner.place < text.count { try size.take(&scanner) }
    return size.total
  }

  private struct Container {
    var isObject: Bool
    /// Keys and values counted one by one.
    var items = 0
    var bytes = 0
  }

  private let limits: Limits
  private var open: [Container] = []
  private var total = 0

  private init(limits: Limits) { self.limits = limits }

  /// Goes past the next bracket or scalar, or past a byte between them.
  private mutating func take(_ scanner: inout JSONScanner) throws(ValueProblem.Kind) {
    let text = scanner.text
    let start = scanner.place
    switch scanner.current {
    case 0x7B, 0x5B:
      open.append(Container(isObject: text[start] == 0x7B))
      scanner.place &+= 1
    case 0x7D, 0x5D:
      if let container = open.popLast() { try add(bytes: size(of: container), isAligned: true) }
      scanner.place &+= 1
    case 0x22 where scanner.skipString():
      let string = UnsafeRawBufferPointer(rebasing: text[start &+ 1..<scanner.place &- 1])
      try addScalar(bytes: JSONString.decodedCount(string), isAligned: false)
    case 0x74, 0x66, 0x6E:
      _ = scanner.skipScalar()
      try addScalar(bytes: 0, isAligned: false)
    case 0x2D, 0x30...0x39:
      _ = scanner.skipScalar()
      guard let number = DecimalText(UnsafeRawBufferPointer(rebasing: text[start..<scanner.place])),
        let size = NumericSize(storedAsJSON: number)
      else { throw .outOfRange }
      try addScalar(bytes: size.storedBytes, isAligned: true)
    default: scanner.place &+= 1
    }
  }

  private func size(of container: Container) -> Int { 4 &+ container.items &* 4 &+ container.bytes }

  /// A value that is no container is stored as an array of one.
  private mutating func addScalar(bytes: Int, isAligned: Bool) throws(ValueProblem.Kind) {
    try add(bytes: open.isEmpty ? bytes &+ 8 : bytes, isAligned: isAligned)
  }

  private mutating func add(bytes: Int, isAligned: Bool) throws(ValueProblem.Kind) {
    guard bytes <= limits.bytes else { throw .tooLarge }
    guard let last = open.indices.last else {
      total = bytes
      return
    }
    open[last].items &+= 1
    guard open[last].items <= (open[last].isObject ? limits.pairs &* 2 : limits.elements) else { throw .tooLarge }
    if isAligned {
      open[last].bytes = open[last].isObject ? open[last].bytes &+ 3 : (open[last].bytes &+ 3) & ~3
    }
    open[last].bytes &+= bytes
  }
}

extension NumericSize {
  /// As PostgreSQL reads it from the text: an exponent beyond half of an `int32` is refused even for zero.
  fileprivate init?(storedAsJSON number: DecimalText) {
    guard number.exponent.magnitude < UInt(Int32.max / 2) else { return nil }
    self.init(number, scale: number.scale)
  }
}
