internal import JSONStream
internal import PipelineSpec
internal import Records
internal import Scalars

/// The pointers of all columns, and of `where` into the record, compiled into one tree that a record is walked along once.
struct FieldPlan {
  /// Node 0 is the record itself.
  private(set) var nodes: [Node] = [Node()]
  /// For each column, and then for each place in the record that `where` looks at, the token that stands before a record is
  /// looked at: a constant, the ordinal, or missing.
  private(set) var blank: [Token] = []
  /// For each column the token taken when the record has nothing at the pointer.
  private(set) var defaults: [Token] = []
  /// JSON texts of the pipeline: defaults, `$now`, `$dataset`.
  private(set) var constants: [UInt8] = []

  struct Node {
    var columns: [Int] = []
    var keys: [[UInt8]] = []
    /// Places among an array's elements, for keys that are numbers.
    var places: [Int?] = []
    /// Nodes, one per key.
    var children: [Int] = []
    /// JSON Pointer of the node.
    var pointer = JSONPointer.root
    /// A column takes the value here, or one that it lies in, as a whole.
    var isTaken = false
  }

  /// - Parameter now: RFC 3339 text of the run's instant.
  init(columns: [Column], places: [FilterPlace], dataset: String, now: String) {
    for (i, column) in columns.enumerated() {
      blank.append(.missing)
      defaults.append(.missing)
      switch column.source {
      case .pointer(let pointer): addPath(pointer.tokens, column: i)
      case .value: addPath([], column: i)
      case .ordinal: blank[i] = Token(kind: .ordinal)
      case .dataset: blank[i] = constant(JSONString.quoted(dataset))
      case .now: blank[i] = constant(JSONString.quoted(now))
      }
      switch column.default {
      case .now?: defaults[i] = constant(JSONString.quoted(now))
      case .json(let text)?: defaults[i] = constant(text)
      case nil: break
      }
    }
    for case .record(let path) in places {
      addPath(path, column: blank.count)
      blank.append(.missing)
    }
    markTaken(from: 0, by: columns.count, false)
  }

  private mutating func markTaken(from node: Int, by columns: Int, _ isInsideTaken: Bool) {
    nodes[node].isTaken = isInsideTaken || nodes[node].columns.contains { $0 < columns }
    for child in nodes[node].children { markTaken(from: child, by: columns, nodes[node].isTaken) }
  }

  private mutating func addPath(_ path: [String], column: Int) {
    var node = 0
    for step in path {
      let key = Array(step.utf8)
      if let i = nodes[node].keys.firstIndex(of: key) {
        node = nodes[node].children[i]
        continue
      }
      nodes.append(Node(pointer: nodes[node].pointer.appending(step)))
      nodes[node].keys.append(key)
      nodes[node].places.append(Int(step).flatMap { $0 >= 0 && String($0) == step ? $0 : nil })
      nodes[node].children.append(nodes.count - 1)
      node = nodes.count - 1
    }
    nodes[node].columns.append(column)
  }

  /// The token of a JSON text, which is added to the constants. White space around it does not occur.
  private mutating func constant(_ json: String) -> Token {
    let start = UInt32(constants.count)
    constants += Array(json.utf8)
    let end = UInt32(constants.count)
    let kind = TokenKind(first: json.utf8.first)
    guard kind == .string else { return Token(kind: kind, start: start, end: end, text: .constants) }
    return Token(
      kind: .string, start: start + 1, end: end - 1, isEscaped: json.utf8.contains(UInt8(ascii: "\\")),
      text: .constants)
  }
}
