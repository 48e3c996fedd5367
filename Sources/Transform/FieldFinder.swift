internal import JSONStream
internal import Records

/// Finds the values of all columns in one walk over a record's index.
struct FieldFinder {
  /// A member that no column takes, in an object from which columns may take others.
  struct ExtraMember: BitwiseCopyable {
    var node: Int
    /// Its key in `keys`, or `KeyMemory.unknown`.
    var key: Int
    /// The entry of its key.
    var slot: Int
  }

  private struct Node {
    var columns: [Int]
    var places: [Int?]
    var children: [Int]
    /// Members that no column takes are collected in `extra`.
    var isWatched: Bool
  }

  private(set) var keys: KeyMemory
  /// Of the last record: all whose keys are known, and the first few others.
  private(set) var extra: [ExtraMember] = []
  /// The last record has others.
  private(set) var hasMoreExtra = false
  private let nodes: [Node]
  private var meter = WorkMeter()
  private static let unknownKept = 16

  /// - Parameter watching: collect the members that no column takes, for which every member is looked at.
  init(_ plan: FieldPlan, watching: Bool) {
    keys = KeyMemory(plan)
    nodes = plan.nodes.map { node in
      Node(
        columns: node.columns, places: node.places, children: node.children, isWatched: watching && !node.isTaken)
    }
  }

  /// Writes the tokens of the record whose first entry is `slot` into `row`, one per column; columns without a value in
  /// the record are left as they are.
  /// - Throws: when the task is cancelled.
  mutating func find(
    in text: IndexedText, at slot: Int, as origin: Token.Text, into row: UnsafeMutablePointer<Token>
  ) throws(CancellationError) {
    if !extra.isEmpty { extra.removeAll(keepingCapacity: true) }
    hasMoreExtra = false
    try visit(0, text, slot, origin, row)
  }

  private mutating func visit(
    _ node: Int, _ text: IndexedText, _ slot: Int, _ origin: Token.Text, _ row: UnsafeMutablePointer<Token>
  ) throws(CancellationError) {
    if !nodes[node].columns.isEmpty {
      let token = text.token(at: slot, origin)
      for column in nodes[node].columns { row[column] = token }
    }
    guard nodes[node].isWatched || !nodes[node].children.isEmpty else { return }
    switch text.bytes[Int(text.index[slot] & placeMask)] {
    case UInt8(ascii: "{"): try visitMembers(node, text, slot, origin, row)
    case UInt8(ascii: "["): try visitElements(node, text, slot, origin, row)
    default: break
    }
  }

  private mutating func visitMembers(
    _ node: Int, _ text: IndexedText, _ object: Int, _ origin: Token.Text, _ row: UnsafeMutablePointer<Token>
  ) throws(CancellationError) {
    let end = Int(text.links[object])
    let isWatched = nodes[node].isWatched
    var missing = nodes[node].children.count
    var slot = object &+ 1
    var known = KeyMemory.unknown
    while slot < end {
      let key = try keys.find(node, after: known, text, slot)
      if key >= 0 { known = key }
      let child = keys.child(key)
      let value = slot &+ 3
      if child >= 0 {
        try visit(child, text, value, origin, row)
        missing &-= 1
        if missing == 0, !isWatched { return }
      } else if isWatched {
        if key >= 0 || extra.count < Self.unknownKept {
          extra.append(ExtraMember(node: node, key: key, slot: slot))
        } else {
          hasMoreExtra = true
        }
      }
      slot = text.slot(afterValueAt: value) &+ 1
    }
  }

  private mutating func visitElements(
    _ node: Int, _ text: IndexedText, _ array: Int, _ origin: Token.Text, _ row: UnsafeMutablePointer<Token>
  ) throws(CancellationError) {
    guard nodes[node].places.contains(where: { $0 != nil }) else { return }
    let end = Int(text.links[array])
    var slot = array + 1
    var place = 0
    while slot < end {
      try meter.spend(nodes[node].places.count)
      if let child = nodes[node].places.firstIndex(of: place) {
        try visit(nodes[node].children[child], text, slot, origin, row)
      }
      slot = text.slot(afterValueAt: slot) + 1
      place += 1
    }
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
