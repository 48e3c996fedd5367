import Platform
import Records
import Scalars

/// Finds what a set of paths leads to in a JSON text, in one walk and without recursion.
///
/// Each path gets a list of hits in the order of the text: one where it holds no `*`; else one for each element, none
/// for an empty array. A path that leads nowhere has a hit without a value. Of an object's repeated keys the last
/// counts, as for PostgreSQL's jsonb. What was found is valid until the next walk, and as long as the text.
struct PathWalker {
  private struct Hit {
    /// First byte; -1: nothing is there.
    var start: Int
    var end: Int
    /// The path's hits around this one; -1 where there is none.
    var previous = -1
    var next = -1
  }

  private struct Frame {
    var node: Int
    var isArray: Bool
    /// Elements met so far.
    var index = 0
    /// Tells the keys met in this object from those met in an earlier one.
    var serial: Int
    /// The hit to be closed with the container; -1 where none is.
    var ownHit: Int
    var firstHit: Int
  }

  private let trie: PathTrie
  /// False until `walk` has run for the row at hand.
  var isDone = false
  private var text = UnsafeRawBufferPointer(start: nil, count: 0)
  private var hits: [Hit] = []
  private var heads: [Int]
  private var tails: [Int]
  private var frames: [Frame] = []
  /// For each node the serial of the object in which its key was met last.
  private var met: [Int]
  private var serial = 0
  private var meter = WorkMeter()

  /// What an element or a member takes beside its bytes.
  private static let stepsPerValue = 64

  init(_ trie: PathTrie) {
    self.trie = trie
    heads = Array(repeating: -1, count: trie.paths)
    tails = heads
    met = Array(repeating: 0, count: trie.nodes.count)
  }

  /// The first hit of a path; -1 where it has none.
  func first(_ path: Int) -> Int { heads[path] }

  /// The hit after this one; -1 after the last.
  func next(_ hit: Int) -> Int { hits[hit].next }

  /// The bytes of a hit; nil where nothing is there.
  func bytes(of hit: Int) -> UnsafeRawBufferPointer? {
    let hit = hits[hit]
    return hit.start < 0 ? nil : UnsafeRawBufferPointer(rebasing: text[hit.start..<hit.end])
  }

  /// False where the text is damaged. Keys with escapes are decoded in `scratch`.
  /// - Throws: when the task is cancelled.
  mutating func walk(_ text: UnsafeRawBufferPointer, scratch: inout ByteSink) throws(CancellationError) -> Bool {
    self.text = text
    hits.removeAll(keepingCapacity: true)
    frames.removeAll(keepingCapacity: true)
    for path in heads.indices { heads[path] = -1 }
    var scanner = JSONScanner(text)
    scanner.skipSpace()
    guard visit(0, &scanner) else { return false }
    isDone = true
    while let frame = frames.last {
      guard try frame.isArray ? stepArray(&scanner) : stepObject(&scanner, &scratch) else { return false }
    }
    return true
  }

  /// Takes the value at the scanner for what `node` stands for: notes it, and either passes over it or opens it.
  private mutating func visit(_ place: Int, _ scanner: inout JSONScanner) -> Bool {
    let (path, each, edges) = (trie.nodes[place].path, trie.nodes[place].each, trie.nodes[place].edges)
    let start = scanner.place
    let isArray = scanner.current == UInt8(ascii: "[")
    let isOpened =
      isArray
      ? each >= 0 || edges.contains { trie.edges[$0].index != nil }
      : scanner.current == UInt8(ascii: "{") && !edges.isEmpty
    guard isOpened else {
      guard scanner.skipValue() else { return false }
      if path >= 0 { note(path, start, scanner.place) }
      if each >= 0 || !edges.isEmpty { noteMissing(below: place) }
      return true
    }
    let ownHit = path >= 0 ? hits.count : -1
    if path >= 0 { note(path, start, start) }
    scanner.place += 1
    serial += 1
    frames.append(
      Frame(node: place, isArray: isArray, serial: serial, ownHit: ownHit, firstHit: hits.count))
    return true
  }

  /// Goes on in the innermost object until it ends or another container is opened.
  private mutating func stepObject(
    _ scanner: inout JSONScanner, _ scratch: inout ByteSink
  ) throws(CancellationError) -> Bool {
    let frame = frames[frames.count - 1]
    while true {
      try meter.spend(Self.stepsPerValue)
      scanner.skipSpace()
      switch scanner.current {
      case UInt8(ascii: "}"):
        for edge in trie.nodes[frame.node].edges where met[trie.edges[edge].node] != frame.serial {
          for path in trie.nodes[trie.edges[edge].node].subtree { note(path, -1, -1) }
        }
        if trie.nodes[frame.node].each >= 0 { noteMissing(under: trie.nodes[frame.node].each) }
        return close(&scanner)
      case UInt8(ascii: ","):
        scanner.place += 1
        scanner.skipSpace()
      default: break
      }
      let key = scanner.place
      guard scanner.skipString() else { return false }
      let child = child(
        of: frame.node, key: UnsafeRawBufferPointer(rebasing: text[key + 1..<scanner.place - 1]), &scratch)
      scanner.skipSpace()
      guard scanner.current == UInt8(ascii: ":") else { return false }
      scanner.place += 1
      scanner.skipSpace()
      guard let child else {
        guard scanner.skipValue() else { return false }
        continue
      }
      if met[child] == frame.serial { forget(child, since: frame.firstHit) }
      met[child] = frame.serial
      let depth = frames.count
      guard visit(child, &scanner) else { return false }
      if frames.count > depth { return true }
    }
  }

  /// Goes on in the innermost array until it ends or another container is opened.
  private mutating func stepArray(_ scanner: inout JSONScanner) throws(CancellationError) -> Bool {
    let place = frames.count - 1
    while true {
      try meter.spend(Self.stepsPerValue)
      scanner.skipSpace()
      let node = frames[place].node
      switch scanner.current {
      case UInt8(ascii: "]"):
        for edge in trie.nodes[node].edges where (trie.edges[edge].index ?? .max) >= frames[place].index {
          noteMissing(under: trie.edges[edge].node)
        }
        return close(&scanner)
      case UInt8(ascii: ","):
        scanner.place += 1
        scanner.skipSpace()
      default: break
      }
      let index = frames[place].index
      frames[place].index += 1
      var child = trie.nodes[node].each
      if child < 0, let edge = trie.nodes[node].edges.first(where: { trie.edges[$0].index == index }) {
        child = trie.edges[edge].node
      }
      guard child >= 0 ? visit(child, &scanner) : scanner.skipValue() else { return false }
      if frames.count > place + 1 { return true }
    }
  }

  private mutating func close(_ scanner: inout JSONScanner) -> Bool {
    scanner.place += 1
    if let frame = frames.popLast(), frame.ownHit >= 0 { hits[frame.ownHit].end = scanner.place }
    return true
  }

  private func child(of node: Int, key: UnsafeRawBufferPointer, _ scratch: inout ByteSink) -> Int? {
    guard JSONString.isEscaped(key) else { return match(node, key) }
    return scratch.decode(key).flatMap { match(node, $0) }
  }

  private func match(_ node: Int, _ key: UnsafeRawBufferPointer) -> Int? {
    for edge in trie.nodes[node].edges {
      let range = trie.edges[edge].key
      guard range.count == key.count else { continue }
      let isEqual = trie.keys.withUnsafeBytes { keys in
        guard let left = keys.baseAddress, let right = key.baseAddress, !range.isEmpty else { return range.isEmpty }
        return memcmp(left + range.lowerBound, right, key.count) == 0
      }
      if isEqual { return trie.edges[edge].node }
    }
    return nil
  }

  private mutating func note(_ path: Int, _ start: Int, _ end: Int) {
    let hit = hits.count
    let last = heads[path] < 0 ? -1 : tails[path]
    hits.append(Hit(start: start, end: end, previous: last))
    if last < 0 { heads[path] = hit } else { hits[last].next = hit }
    tails[path] = hit
  }

  private mutating func noteMissing(under node: Int) {
    for path in trie.nodes[node].subtree { note(path, -1, -1) }
  }

  private mutating func noteMissing(below node: Int) {
    for path in trie.nodes[node].subtree where path != trie.nodes[node].path { note(path, -1, -1) }
  }

  /// Takes back what an earlier value of a repeated key gave: from the end, so that no hit is passed twice.
  private mutating func forget(_ node: Int, since first: Int) {
    for path in trie.nodes[node].subtree {
      if heads[path] >= first { heads[path] = -1 }
      guard heads[path] >= 0 else { continue }
      while tails[path] >= first { tails[path] = hits[tails[path]].previous }
      hits[tails[path]].next = -1
    }
  }
}
