/// Which of 16 bytes are one of two wanted ones.
struct ByteMatch {
  /// 0xFF for a byte that matched, 0 for one that did not; the first eight bytes.
  private var x: UInt64
  private var y: UInt64

  /// The 16 bytes at `place`, all of which must be readable.
  @inline(__always) init(of first: UInt8, or second: UInt8, at place: UnsafePointer<UInt8>) {
    let bytes = UnsafeRawPointer(place).loadUnaligned(as: SIMD16<UInt8>.self)
    let hits = (bytes .== SIMD16(repeating: first)) .| (bytes .== SIMD16(repeating: second))
    let words = unsafeBitCast(hits, to: SIMD2<UInt64>.self)
    x = UInt64(littleEndian: words[0])
    y = UInt64(littleEndian: words[1])
  }

  @inline(__always) var isEmpty: Bool { x | y == 0 }

  /// The place of the first match; 16 where there is none.
  @inline(__always) var first: Int {
    x != 0 ? x.trailingZeroBitCount &>> 3 : 8 &+ y.trailingZeroBitCount &>> 3
  }

  /// `pair` with everything from the first match on set to zero.
  @inline(__always) func before(_ pair: BytePair) -> BytePair {
    BytePair(pair.x & ((x &- 1) & ~x), x != 0 ? 0 : pair.y & ((y &- 1) & ~y))
  }
}

extension ByteRun {
  /// The first place from `place` on that holds `first` or `second`, or nil.
  @inline(__always)
  func find(_ first: UInt8, or second: UInt8, from place: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    var place = place
    while readable - place >= 16, place < end {
      let match = ByteMatch(of: first, or: second, at: place)
      if !match.isEmpty {
        let found = place + match.first
        return found < end ? found : nil
      }
      place += 16
    }
    while place < end {
      if place.pointee == first || place.pointee == second { return place }
      place += 1
    }
    return nil
  }
}
