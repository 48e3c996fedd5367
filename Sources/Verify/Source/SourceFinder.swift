public import Records

/// Finds what a record has for each column, in the record's text and from its first byte.
///
/// It is the proof's own: it knows no index, and nothing of what the encoder was handed. A value that the encoder took
/// for another column's comes out as a difference. A record costs no allocation.
public struct SourceFinder {
  /// What the last record has, one token per column, with fallbacks in the place of what is missing.
  public private(set) var tokens: [Token]
  /// The text of the tokens that are constants; followed by at least 16 readable bytes.
  public let constants: UnsafeRawBufferPointer
  private let tree: PathTree
  private let fallbacks: [Token]
  private let memory: GrowingBytes
  private let scratch = GrowingBytes()
  private var open: [Container] = []
  private var meter = WorkMeter()

  /// - Parameter columns: in the layout's order.
  public init(_ columns: [SourceColumn]) {
    var text: [UInt8] = []
    fallbacks = columns.map { column in
      switch column.fallback {
      case nil: .missing
      case .ordinal?: Token(kind: .ordinal)
      case .json(let json)?: Self.token(ofConstant: json, behind: &text)
      case .text(let string)?: Self.token(ofConstant: CanonicalJSON.quoted(string), behind: &text)
      }
    }
    memory = GrowingBytes(text)
    constants = UnsafeRawBufferPointer(memory.run(text.count).buffer)
    tokens = fallbacks
    tree = PathTree(
      columns.enumerated().compactMap { i, column in
        column.path.map { PathTree.Path(steps: $0[...], column: i) }
      })
  }

  /// The token of a JSON text, which is put behind those before it.
  private static func token(ofConstant json: String, behind text: inout [UInt8]) -> Token {
    let bytes = Array(json.utf8)
    let start = UInt32(truncatingIfNeeded: text.count)
    text += bytes
    return bytes.withUnsafeBytes { bytes in
      guard let run = ByteRun(bytes) else { return .missing }
      var cursor = JSONCursor(run)
      guard let value = cursor.value() else { return .missing }
      var token = Text(start: run.start, origin: .constants).token(value)
      token.start += start
      token.end += start
      return token
    }
  }

  /// Finds the tokens of the record that lies at `record` in the text `origin` of `texts`.
  /// - Returns: false where it is no JSON value: the reader was wrong.
  /// - Throws: when the task is cancelled.
  public mutating func find(_ record: Range<Int>, of origin: Token.Text, in texts: FieldTexts) throws(CancellationError)
    -> Bool
  {
    for i in tokens.indices { tokens[i] = .missing }
    guard let whole = ByteRun(origin == .rewritten ? texts.rewritten : texts.chunk, padding: 16) else { return false }
    precondition(record.upperBound <= whole.count)
    var cursor = JSONCursor(whole.part(whole.start + record.lowerBound, whole.start + record.upperBound))
    guard try walk(&cursor, Text(start: whole.start, origin: origin)), cursor.isAtEnd else { return false }
    for i in fallbacks.indices where tokens[i].kind == .missing { tokens[i] = fallbacks[i] }
    return true
  }

  /// Goes through a value, into whatever a path leads on to. Without recursion, as nesting is up to the record.
  private mutating func walk(_ cursor: inout JSONCursor, _ text: Text) throws(CancellationError) -> Bool {
    open.removeAll(keepingCapacity: true)
    var node = PathTree.root
    while true {
      if !enter(node, &cursor) {
        guard let value = cursor.value() else { return false }
        try meter.spend(value.text.count)
        take(text.token(value), for: node)
      }
      while let container = open.last, cursor.pass(container.end) {
        open.removeLast()
        take(text.token(container, to: cursor.place), for: container.node)
      }
      guard let last = open.indices.last else { return true }
      if open[last].count > 0, !cursor.pass(0x2C) { return false }
      guard let child = open[last].isObject ? nextMember(&cursor) : nextElement() else { return false }
      open[last].count += 1
      node = child
    }
  }

  /// Opens the container ahead where paths lead on into it.
  private mutating func enter(_ node: Int, _ cursor: inout JSONCursor) -> Bool {
    guard node != PathTree.nowhere else { return false }
    let first = cursor.next()
    let isObject = first == 0x7B
    guard isObject ? tree.hasMembers(node) : first == 0x5B && tree.hasElements(node) else { return false }
    open.append(Container(node: node, isObject: isObject, start: cursor.place, elements: tree.nodes[node].elements))
    return cursor.pass(first)
  }

  /// Moves to the value of the open object's next member.
  /// - Returns: its node; nil where no member comes.
  private mutating func nextMember(_ cursor: inout JSONCursor) -> Int? {
    guard let container = open.last, let key = cursor.value(), key.kind == .string, cursor.pass(0x3A) else {
      return nil
    }
    return tree.member(key.isEscaped ? JSONEscapes.decode(key.text, into: scratch) : key.text, of: container.node)
  }

  /// The node of the open array's next element.
  private mutating func nextElement() -> Int? {
    guard let last = open.indices.last else { return nil }
    guard let next = open[last].elements.first, tree.elements[next].index == open[last].count else {
      return PathTree.nowhere
    }
    open[last].elements.removeFirst()
    return tree.elements[next].node
  }

  /// Of a key that is there twice, which no record is handed over with, the last member counts.
  private mutating func take(_ token: Token, for node: Int) {
    guard node != PathTree.nowhere else { return }
    for i in tree.nodes[node].columns { tokens[tree.columns[i]] = token }
  }
}

extension SourceFinder {
  /// A container whose members or elements are gone through.
  private struct Container {
    var node: Int
    var isObject: Bool
    var start: UnsafePointer<UInt8>
    /// Those that paths lead on to and that are still to come; of an array.
    var elements: Range<Int>
    /// How many members or elements were begun.
    var count = 0

    var end: UInt8 { isObject ? 0x7D : 0x5D }
  }

  /// The text that a value lies in.
  private struct Text {
    var start: UnsafePointer<UInt8>
    var origin: Token.Text

    func token(_ value: SourceValue) -> Token {
      token(value.kind, value.text.start, value.text.end, isEscaped: value.isEscaped)
    }

    func token(_ container: Container, to end: UnsafePointer<UInt8>) -> Token {
      token(container.isObject ? .object : .array, container.start, end)
    }

    private func token(
      _ kind: TokenKind, _ first: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, isEscaped: Bool = false
    ) -> Token {
      Token(
        kind: kind, start: UInt32(truncatingIfNeeded: first - start), end: UInt32(truncatingIfNeeded: end - start),
        isEscaped: isEscaped, text: origin)
    }
  }
}
