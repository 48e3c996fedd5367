/// The paths of all columns as one tree, so that a record is walked along them once.
struct PathTree {
  /// The node of the record itself.
  static let root = 0
  /// Stands for a node where no path leads.
  static let nowhere = -1

  private(set) var nodes: [Node] = []
  /// Those that take a node's value, node after node.
  private(set) var columns: [Int] = []
  /// The elements that paths lead on to, node after node; those of a node in the order of the array.
  private(set) var elements: [Element] = []
  /// The members that paths lead on to, node after node; those of a node by length and bytes of their keys.
  private var members: [Member] = []
  private var keys: [UInt8] = []

  struct Node {
    var columns: Range<Int>
    var members: Range<Int>
    var elements: Range<Int>
  }

  struct Element {
    var index: Int
    var node: Int
  }

  private struct Member {
    var key: Range<Int>
    var node: Int
  }

  /// What is left of a column's path.
  struct Path {
    var steps: ArraySlice<String>
    var column: Int
  }

  init(_ paths: [Path]) {
    var groups = [paths]
    while nodes.count < groups.count { groups += add(groups[nodes.count], firstChild: groups.count) }
  }

  /// Adds the node that paths lead to which were the same so far.
  /// - Returns: what is left of those that lead on, a group for each child.
  private mutating func add(_ paths: [Path], firstChild: Int) -> [[Path]] {
    var node = Node(
      columns: columns.count..<columns.count, members: members.count..<members.count,
      elements: elements.count..<elements.count)
    columns += paths.filter(\.steps.isEmpty).map(\.column)
    let longer = paths.filter { !$0.steps.isEmpty }
    // By bytes: strings that Unicode calls equivalent are different keys.
    let children = Dictionary(grouping: longer) { Array(($0.steps.first ?? "").utf8) }
      .sorted { a, b in
        a.key.count == b.key.count ? a.key.lexicographicallyPrecedes(b.key) : a.key.count < b.key.count
      }
    for (i, child) in children.enumerated() {
      members.append(Member(key: keys.count..<keys.count + child.key.count, node: firstChild + i))
      keys += child.key
      if let index = Self.index(child.key) { elements.append(Element(index: index, node: firstChild + i)) }
    }
    node.columns = node.columns.lowerBound..<columns.count
    node.members = node.members.lowerBound..<members.count
    node.elements = node.elements.lowerBound..<elements.count
    nodes.append(node)
    return children.map { child in child.value.map { Path(steps: $0.steps.dropFirst(), column: $0.column) } }
  }

  /// The element of an array that a step names: its digits, without leading zeros.
  private static func index(_ step: [UInt8]) -> Int? {
    guard step.allSatisfy({ 0x30...0x39 ~= $0 }), step.count == 1 || step.first != 0x30 else { return nil }
    return Int(String(decoding: step, as: UTF8.self))
  }

  func hasMembers(_ node: Int) -> Bool { !nodes[node].members.isEmpty }
  func hasElements(_ node: Int) -> Bool { !nodes[node].elements.isEmpty }

  /// The node of the member of this name.
  @inline(__always) func member(_ name: ByteRun, of node: Int) -> Int {
    var (low, high) = (nodes[node].members.lowerBound, nodes[node].members.upperBound)
    while low < high {
      let middle = (low + high) / 2
      let order = order(of: members[middle].key, name)
      if order == 0 { return members[middle].node }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return Self.nowhere
  }

  /// Negative where the key comes before the name, 0 where it is the name.
  private func order(of key: Range<Int>, _ name: ByteRun) -> Int {
    guard key.count == name.count else { return key.count - name.count }
    for i in 0..<name.count where keys[key.lowerBound + i] != name.start[i] {
      return Int(keys[key.lowerBound + i]) - Int(name.start[i])
    }
    return 0
  }
}
