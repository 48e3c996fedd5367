/// The labels of an enum, to be looked for by their bytes.
struct LabelSet: Sendable {
  /// All labels, one behind the other, in the order of their bytes.
  private let bytes: [UInt8]
  /// One past the last byte of each.
  private let ends: [Int]

  init(_ labels: [String]) {
    let sorted = labels.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    bytes = sorted.flatMap(\.self)
    ends = sorted.reduce(into: []) { $0.append(($0.last ?? 0) + $1.count) }
  }

  func contains(_ text: UnsafeRawBufferPointer) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low &+ high) / 2
        let label = UnsafeRawBufferPointer(rebasing: bytes[(middle == 0 ? 0 : ends[middle &- 1])..<ends[middle]])
        if label.elementsEqual(text) { return true }
        if label.lexicographicallyPrecedes(text) { low = middle &+ 1 } else { high = middle }
      }
      return false
    }
  }
}
