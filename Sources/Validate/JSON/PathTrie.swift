import PipelineSpec

/// The paths that rules follow into one json column, laid out as a tree so that one walk over the text finds all.
struct PathTrie {
  struct Node {
    /// Places in `edges`: the keys that lead on from here.
    var edges = 0..<0
    /// The node of an array's elements; -1 where no path asks for them.
    var each = -1
    /// The path that ends here; -1 where none does.
    var path = -1
    /// The paths that end below this node, or at it.
    var subtree: [Int] = []
  }

  struct Edge {
    var key: Range<Int>
    /// The key as the place of an array's element, where it is one (RFC 6901).
    var index: Int?
    var node = 0
  }

  /// How many paths there are.
  let paths: Int
  private(set) var nodes: [Node] = []
  private(set) var edges: [Edge] = []
  /// The bytes of all keys.
  private(set) var keys: [UInt8] = []

  /// `paths` must be different, and no two of them may be `conflict`.
  init(_ paths: [[Operand.Step]]) {
    self.paths = paths.count
    _ = add(paths.indices.map { (path: $0, rest: paths[$0][...]) })
  }

  /// True where the two would need two nodes for one array element: `a/*/b` and `a/0/b`. They take two walks.
  static func conflict(_ left: [Operand.Step], _ right: [Operand.Step]) -> Bool {
    guard let (one, other) = zip(left, right).first(where: { $0 != $1 }) else { return false }
    switch (one, other) {
    case (.each, .key(let key)), (.key(let key), .each): return index(key) != nil
    default: return false
    }
  }

  private mutating func add(_ paths: [(path: Int, rest: ArraySlice<Operand.Step>)]) -> Int {
    let place = nodes.count
    nodes.append(Node(subtree: paths.map(\.path)))
    var below: [(step: Operand.Step, paths: [(path: Int, rest: ArraySlice<Operand.Step>)])] = []
    for (path, rest) in paths {
      guard let step = rest.first else {
        nodes[place].path = path
        continue
      }
      let entry = (path: path, rest: rest.dropFirst())
      if let known = below.firstIndex(where: { $0.step == step }) {
        below[known].paths.append(entry)
      } else {
        below.append((step, [entry]))
      }
    }
    let first = edges.count
    for case (.key(let key), _) in below {
      let start = keys.count
      keys.append(contentsOf: key.utf8)
      edges.append(Edge(key: start..<keys.count, index: Self.index(key)))
    }
    nodes[place].edges = first..<edges.count
    var edge = first
    for (step, paths) in below {
      switch step {
      case .each: nodes[place].each = add(paths)
      case .key:
        edges[edge].node = add(paths)
        edge += 1
      }
    }
    return place
  }

  private static func index(_ key: String) -> Int? {
    let isPlain = key == "0" || (key.first != "0" && key.utf8.allSatisfy { (0x30...0x39).contains($0) })
    return isPlain ? Int(key) : nil
  }
}
