import SampleData

/// Changes that chance makes to an input.
extension SplitMix64 {
  mutating func below(_ bound: Int) -> Int { Int(below(UInt64(max(1, bound)))) }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }

  /// A place in `bytes` and a few bytes behind it.
  private mutating func range(in bytes: [UInt8]) -> Range<Int> {
    let start = below(bytes.count + 1)
    return start..<min(bytes.count, start + below(oneIn(4) ? 1000 : 8))
  }

  /// The input with one change, now and then up to six: bytes flipped, cut, doubled, taken from `other`, numbers made extreme, words of
  /// the format put in.
  mutating func mutated(_ bytes: [UInt8], with other: [UInt8], words: [String]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...(oneIn(3) ? below(6) : 0) {
      let place = range(in: bytes)
      switch below(8) {
      case 0: if let byte = place.first { bytes[byte] ^= 1 << UInt8(below(8)) }
      case 1: if let byte = place.first { bytes[byte] = UInt8(below(256)) }
      case 2: bytes.removeSubrange(place)
      case 3: bytes.insert(contentsOf: bytes[place], at: place.lowerBound)
      case 4: bytes.replaceSubrange(place, with: other[range(in: other)])
      case 5: if oneIn(4) { bytes.removeSubrange(place.lowerBound...) }
      case 6: bytes.replaceSubrange(place, with: (pick(words) ?? "").utf8)
      default: bytes = planted(bytes)
      }
    }
    return bytes
  }
}
