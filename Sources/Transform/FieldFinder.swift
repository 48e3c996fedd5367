#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif
internal import JSONStream
internal import Records

/// Finds the values of all columns in one walk over a record's index. Keys are expected where the record before had
/// them, so that a run of like records costs one comparison a key.
struct FieldFinder {
  private var nodes: [Node]
  private var meter = WorkMeter()

  private struct Node {
    var columns: [Int]
    var keys: [[UInt8]]
    var places: [Int?]
    var children: [Int]
    /// What the n-th member of the object before was, for the first members.
    var expected: [Expectation] = []
  }

  private struct Expectation {
    var key: [UInt8]
    /// Index into `keys`, or -1 for a key that no column wants.
    var child: Int
  }

  private static let expectationLimit = 512
  /// What it takes to hold a key against another.
  private static let stepsPerKey = 8

  init(_ plan: FieldPlan) {
    nodes = plan.nodes.map { Node(columns: $0.columns, keys: $0.keys, places: $0.places, children: $0.children) }
  }

  /// Writes the tokens of the record whose first entry is `slot` into `row`, one per column; columns without a value in
  /// the record are left as they are.
  /// - Parameter whole: look at every key of the record and return the first that no column names.
  /// - Throws: when the task is cancelled.
  mutating func find(
    in text: IndexedText, at slot: Int, as origin: Token.Text, into row: UnsafeMutablePointer<Token>, whole: Bool
  ) throws(CancellationError) -> Range<Int>? {
    var extra: Range<Int>?
    try visit(0, text, slot, origin, row, whole: whole, &extra)
    return extra
  }

  private mutating func visit(
    _ node: Int, _ text: IndexedText, _ slot: Int, _ origin: Token.Text, _ row: UnsafeMutablePointer<Token>,
    whole: Bool, _ extra: inout Range<Int>?
  ) throws(CancellationError) {
    if !nodes[node].columns.isEmpty {
      let token = text.token(at: slot, origin)
      for column in nodes[node].columns { row[column] = token }
    }
    guard whole || !nodes[node].children.isEmpty else { return }
    switch text.bytes[Int(text.index[slot] & placeMask)] {
    case UInt8(ascii: "{"): try visitMembers(node, text, slot, origin, row, whole: whole, &extra)
    case UInt8(ascii: "["): try visitElements(node, text, slot, origin, row)
    default: break
    }
  }

  private mutating func visitMembers(
    _ node: Int, _ text: IndexedText, _ object: Int, _ origin: Token.Text, _ row: UnsafeMutablePointer<Token>,
    whole: Bool, _ extra: inout Range<Int>?
  ) throws(CancellationError) {
    let end = Int(text.links[object])
    var missing = nodes[node].children.count
    var slot = object &+ 1
    var member = 0
    while slot < end {
      let child = try self.child(of: node, member, text, slot)
      let value = slot &+ 3
      if child >= 0 {
        try visit(nodes[node].children[child], text, value, origin, row, whole: false, &extra)
        missing &-= 1
        if missing == 0, !whole { return }
      } else if whole, extra == nil {
        extra = text.string(at: slot)
      }
      slot = text.slot(afterValueAt: value) &+ 1
      member &+= 1
    }
  }

  private mutating func visitElements(
    _ node: Int, _ text: IndexedText, _ array: Int, _ origin: Token.Text, _ row: UnsafeMutablePointer<Token>
  ) throws(CancellationError) {
    guard nodes[node].places.contains(where: { $0 != nil }) else { return }
    let end = Int(text.links[array])
    var slot = array + 1
    var place = 0
    var extra: Range<Int>?
    while slot < end {
      try meter.spend(nodes[node].places.count)
      if let child = nodes[node].places.firstIndex(of: place) {
        try visit(nodes[node].children[child], text, slot, origin, row, whole: false, &extra)
      }
      slot = text.slot(afterValueAt: slot) + 1
      place += 1
    }
  }

  /// Which of the node's children the key at entry `slot` names, or -1.
  @inline(__always)
  private mutating func child(
    of node: Int, _ member: Int, _ text: IndexedText, _ slot: Int
  ) throws(CancellationError) -> Int {
    let range = text.string(at: slot)
    if member < nodes[node].expected.count, text.index[slot] & escapedBit == 0 {
      let isExpected = nodes[node].expected[member].key.withUnsafeBytes { key in
        guard key.count == range.count, let a = key.baseAddress, let b = text.bytes.baseAddress else {
          return key.count == range.count
        }
        return memcmp(a, b + range.lowerBound, key.count) == 0
      }
      if isExpected { return nodes[node].expected[member].child }
    }
    return try lookUp(node, member, text, slot)
  }

  @inline(never)
  private mutating func lookUp(
    _ node: Int, _ member: Int, _ text: IndexedText, _ slot: Int
  ) throws(CancellationError) -> Int {
    let raw = UnsafeRawBufferPointer(rebasing: text.bytes[text.string(at: slot)])
    try meter.spend(raw.count + nodes[node].keys.count * Self.stepsPerKey)
    guard text.index[slot] & escapedBit == 0 else {
      let key = [UInt8](unsafeUninitializedCapacity: raw.count) { buffer, count in
        count = StringEscapes.decode(raw, into: UnsafeMutableRawBufferPointer(buffer))
      }
      return nodes[node].keys.firstIndex(of: key) ?? -1
    }
    let child = nodes[node].keys.firstIndex { $0.elementsEqual(raw) } ?? -1
    let expectation = Expectation(key: Array(raw), child: child)
    if member < nodes[node].expected.count {
      nodes[node].expected[member] = expectation
    } else if member == nodes[node].expected.count, member < Self.expectationLimit {
      nodes[node].expected.append(expectation)
    }
    return child
  }
}

extension IndexedText {
  /// The token of the checked value whose first entry is `slot`.
  @inline(__always)
  func token(at slot: Int, _ origin: Token.Text) -> Token {
    let entry = index[slot]
    let place = entry & placeMask
    switch bytes[Int(place)] {
    case UInt8(ascii: "\""):
      return Token(
        kind: .string, start: place &+ 1, end: index[slot &+ 1], isEscaped: entry & escapedBit != 0, text: origin)
    case UInt8(ascii: "{"):
      return Token(kind: .object, start: place, end: index[Int(links[slot])] &+ 1, text: origin)
    case UInt8(ascii: "["):
      return Token(kind: .array, start: place, end: index[Int(links[slot])] &+ 1, text: origin)
    case UInt8(ascii: "t"): return Token(kind: .true, start: place, end: place &+ 4, text: origin)
    case UInt8(ascii: "f"): return Token(kind: .false, start: place, end: place &+ 5, text: origin)
    case UInt8(ascii: "n"): return Token(kind: .null, start: place, end: place &+ 4, text: origin)
    default:
      return Token(
        kind: .number, start: place, end: UInt32(truncatingIfNeeded: endOfNumber(at: Int(place))), text: origin)
    }
  }
}
