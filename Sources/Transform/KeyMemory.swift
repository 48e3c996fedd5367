internal import JSONStream
internal import Platform
internal import Records
internal import Scalars

/// Knows the keys of the objects that are visited, and which key followed which in the record before. In a run of like
/// records a key costs one comparison.
struct KeyMemory {
  /// Index of a key that is not known.
  static let unknown = -1

  private struct Key: BitwiseCopyable {
    var start: Int
    var count: Int
    var node: Int
    /// The node that the value is visited as; -1 for a key that no column wants.
    var child: Int
    /// The key that followed this one the last time.
    var next = KeyMemory.unknown
    /// Another key of the same hash.
    var twin = KeyMemory.unknown
  }

  private var keys: [Key] = []
  private var bytes: [UInt8] = []
  private var byHash: [Int: Int] = [:]
  /// The key that the objects of each node began with the last time.
  private var first: [Int]
  private var meter = WorkMeter()

  /// Keys that no column wants are known up to these limits.
  private static let mostOthers = 4096
  private static let mostBytes = 1 << 18
  private let wanted: Int

  init(_ plan: FieldPlan) {
    first = plan.nodes.map { _ in Self.unknown }
    wanted = plan.nodes.reduce(0) { $0 + $1.keys.count }
    for (node, place) in plan.nodes.enumerated() {
      for (key, child) in zip(place.keys, place.children) {
        key.withUnsafeBytes { _ = add($0, node, child: child) }
      }
    }
  }

  /// How many keys are known: an index is below it.
  var count: Int { keys.count }

  /// The node that the value of key `index` is visited as; -1 where no column wants it.
  func child(_ index: Int) -> Int { index < 0 ? -1 : keys[index].child }

  func node(of index: Int) -> Int { keys[index].node }

  /// The key as it is meant.
  func text(_ index: Int) -> String {
    let key = keys[index]
    return String(decoding: bytes[key.start..<key.start + key.count], as: UTF8.self)
  }

  /// The key at entry `slot`, of an object of `node`.
  /// - Parameter before: the last known key of the same object; `unknown` where there is none.
  /// - Returns: its index, or `unknown`.
  @inline(__always)
  mutating func find(
    _ node: Int, after before: Int, _ text: IndexedText, _ slot: Int
  ) throws(CancellationError) -> Int {
    let expected = before < 0 ? first[node] : keys[before].next
    if expected >= 0, text.index[slot] & escapedBit == 0, equals(expected, text.bytes, text.string(at: slot)) {
      return expected
    }
    return try lookUp(node, after: before, text, slot)
  }

  @inline(__always)
  private func equals(_ index: Int, _ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    let key = keys[index]
    guard key.count == range.count else { return false }
    return bytes.withUnsafeBytes { bytes in
      guard let known = bytes.baseAddress, let found = text.baseAddress else { return key.count == 0 }
      return memcmp(known + key.start, found + range.lowerBound, key.count) == 0
    }
  }

  @inline(never)
  private mutating func lookUp(
    _ node: Int, after before: Int, _ text: IndexedText, _ slot: Int
  ) throws(CancellationError) -> Int {
    let raw = UnsafeRawBufferPointer(rebasing: text.bytes[text.string(at: slot)])
    try meter.spend(raw.count + 64)
    let index: Int
    if text.index[slot] & escapedBit == 0 {
      index = known(raw, node)
    } else {
      index = JSONString.decoded(raw).withUnsafeBytes { known($0, node) }
    }
    if index >= 0 {
      if before < 0 { first[node] = index } else { keys[before].next = index }
    }
    return index
  }

  private mutating func known(_ key: UnsafeRawBufferPointer, _ node: Int) -> Int {
    var index = byHash[hash(key, node)] ?? Self.unknown
    while index >= 0 {
      if keys[index].node == node, equals(index, key, key.indices) { return index }
      index = keys[index].twin
    }
    guard keys.count - wanted < Self.mostOthers, bytes.count + key.count <= Self.mostBytes else { return Self.unknown }
    return add(key, node, child: -1)
  }

  private mutating func add(_ key: UnsafeRawBufferPointer, _ node: Int, child: Int) -> Int {
    let twin = byHash.updateValue(keys.count, forKey: hash(key, node)) ?? Self.unknown
    keys.append(Key(start: bytes.count, count: key.count, node: node, child: child, twin: twin))
    bytes.append(contentsOf: key)
    return keys.count - 1
  }

  private func hash(_ key: UnsafeRawBufferPointer, _ node: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(node)
    hasher.combine(bytes: key)
    return hasher.finalize()
  }
}
