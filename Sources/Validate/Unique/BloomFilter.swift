/// Says "certainly not" or "perhaps" for a key: 10 bits a key, all bits of a key in one cache line, about one false
/// "perhaps" in eighty.
final class BloomFilter {
  private let words: UnsafeMutablePointer<UInt64>
  private let blocks: Int

  static let bitsPerKey = 10
  private static let blockWords = 8
  private static let probes = 6

  init(keys: Int) {
    blocks = Self.blocks(keys: keys)
    words = .allocate(capacity: blocks * Self.blockWords)
    words.initialize(repeating: 0, count: blocks * Self.blockWords)
  }

  deinit { words.deallocate() }

  /// Bytes that a filter for so many keys takes.
  static func memory(keys: Int) -> Int { blocks(keys: keys) * blockWords * 8 }

  private static func blocks(keys: Int) -> Int { max(1, (keys * bitsPerKey + 511) / 512) }

  func insert(_ hash: KeyHash) {
    let block = block(of: hash)
    var bits = hash.low
    for _ in 0..<Self.probes {
      block[Int(bits & 7)] |= 1 << (bits >> 3 & 63)
      bits >>= 9
    }
  }

  func mayContain(_ hash: KeyHash) -> Bool {
    let block = block(of: hash)
    var bits = hash.low
    for _ in 0..<Self.probes {
      if block[Int(bits & 7)] & (1 << (bits >> 3 & 63)) == 0 { return false }
      bits >>= 9
    }
    return true
  }

  private func block(of hash: KeyHash) -> UnsafeMutablePointer<UInt64> {
    words + Int(truncatingIfNeeded: hash.high.multipliedFullWidth(by: UInt64(blocks)).high) &* Self.blockWords
  }
}
