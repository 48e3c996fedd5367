/// Builds the tree of a pipeline file, and refuses what a pipeline file may not have: anchors, aliases, tags, merge keys,
/// repeated keys, a second document, deep nesting. It keeps its own stack, so no nesting can overflow the thread's.
struct YAMLComposer {
  static let depthLimit = 64
  static let tooDeep = "nested deeper than \(depthLimit) levels"

  private let problems: Problems
  private var open: [Collection] = []
  private var root: YAMLNode?

  /// A list or mapping whose end has not come yet.
  private struct Collection {
    let line: Int
    let column: Int
    let isMapping: Bool
    var elements: [YAMLNode] = []
    var pairs: [YAMLNode.Pair] = []
    var keys: Set<String> = []
    /// The key whose value comes next.
    var key: YAMLNode?
  }

  /// - Returns: the root of the only document; nil where there is none, or where reading had to stop.
  static func compose(_ text: some Swift.Collection<UInt8>, problems: Problems) -> YAMLNode? {
    var composer = YAMLComposer(problems: problems)
    var events = YAMLEvents(text: text)
    do {
      while let event = try composer.take(events.next()) { composer.place(event) }
    } catch {
      problems.add(error.message, line: error.line, column: error.column)
      return nil
    }
    return composer.open.isEmpty ? composer.root : nil
  }

  private init(problems: Problems) { self.problems = problems }

  /// Refuses what needs no tree to be refused.
  /// - Returns: nil when nothing more is to be read.
  private func take(_ event: YAMLEvent) -> YAMLEvent? {
    func refuse(_ message: String) { problems.add(message, line: event.line, column: event.column) }

    if event.hasAnchor { refuse("anchors (`&name`) are not used in pipeline files; write the value out") }
    if event.hasTag { refuse("tags (`!name`) are not used in pipeline files; quote the value to make it text") }
    switch event.kind {
    case .streamEnd: return nil
    case .alias:
      refuse("aliases (`*name`) are not used in pipeline files; write the value out, or quote it if it is text")
    case .documentStart where root != nil:
      refuse("a pipeline file is one YAML document; this is a second one")
      return nil
    case .sequenceStart where open.count >= Self.depthLimit, .mappingStart where open.count >= Self.depthLimit:
      refuse(Self.tooDeep)
      return nil
    default: break
    }
    return event
  }

  private mutating func place(_ event: YAMLEvent) {
    switch event.kind {
    case .sequenceStart: open.append(Collection(line: event.line, column: event.column, isMapping: false))
    case .mappingStart: open.append(Collection(line: event.line, column: event.column, isMapping: true))
    case .collectionEnd:
      guard let done = open.popLast() else { return }
      let content: YAMLNode.Content = done.isMapping ? .mapping(done.pairs) : .sequence(done.elements)
      add(YAMLNode(content: content, line: done.line, column: done.column))
    case .alias: add(YAMLNode(content: .refused, line: event.line, column: event.column))
    case .scalar(let text, let isPlain):
      let scalar = YAMLNode.Scalar(
        text: text, written: text, isPlain: isPlain, isBeforeComment: event.isBeforeComment)
      add(YAMLNode(content: .scalar(scalar), line: event.line, column: event.column))
    case .documentStart, .documentEnd, .streamEnd, .other: break
    }
  }

  private mutating func add(_ node: YAMLNode) {
    guard let last = open.indices.last else {
      root = node
      return
    }
    if !open[last].isMapping {
      open[last].elements.append(node)
    } else if let key = open[last].key {
      open[last].key = nil
      addPair(key, node, to: last)
    } else {
      open[last].key = node
    }
  }

  private mutating func addPair(_ key: YAMLNode, _ value: YAMLNode, to index: Int) {
    guard let name = key.scalar else {
      if !key.isRefused { problems.add("a key must be a single value, not \(key.noun)", at: key) }
      return
    }
    if name.isPlain && name.text == "<<" {
      problems.add("merge keys (`<<`) are not used in pipeline files; write the keys out", at: key)
      return
    }
    guard open[index].keys.insert(name.text).inserted else {
      problems.add("key \(Message.quoted(name.text)) stands here a second time", at: key)
      return
    }
    open[index].pairs.append(
      YAMLNode.Pair(key: name.text, keyLine: key.line, keyColumn: key.column, value: value))
  }
}
