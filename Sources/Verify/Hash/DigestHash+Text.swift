extension DigestHash {
  /// Absorbs a text: up to 15 bytes are one block with their count in its last byte; longer ones are blocks of 16, the
  /// last one filled with zeros, and then the count.
  @inline(__always) mutating func absorb(text run: ByteRun) {
    let count = run.count
    if count < 16 {
      let pair = BytePair(count, at: run.start, of: run)
      absorb(pair.x, pair.y | UInt64(truncatingIfNeeded: count) &<< 56)
    } else {
      absorb(blocks: run)
      absorb(UInt64(truncatingIfNeeded: count), .text)
    }
  }

  /// Absorbs a run of bytes as blocks of 16, the last one filled with zeros. Its count must follow.
  @inline(__always) mutating func absorb(blocks run: ByteRun) {
    var place = run.start
    while run.end - place >= 16 {
      let pair = BytePair(at: place)
      absorb(pair.x, pair.y)
      place += 16
    }
    if place < run.end {
      let pair = BytePair(run.end - place, at: place, of: run)
      absorb(pair.x, pair.y)
    }
  }

  /// Absorbs bytes that no form of their type takes, under a kind that equals nothing else.
  mutating func absorb(unreadable run: ByteRun, as kind: BlockKind) {
    absorb(blocks: run)
    absorb(UInt64(truncatingIfNeeded: run.count), kind)
  }
}
