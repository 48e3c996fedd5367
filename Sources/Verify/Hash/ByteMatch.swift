/// Which of 16 bytes are one of two wanted ones.
struct ByteMatch {
  /// The lowest bit of the first byte that matched is set, and nothing below it; above it nothing is certain. The first
  /// eight bytes.
  private var x: UInt64
  private var y: UInt64

  /// The 16 bytes at `place`, all of which must be readable.
  @inline(__always) init(of first: UInt8, or second: UInt8, at place: UnsafePointer<UInt8>) {
    // Word arithmetic: comparing the lanes of a SIMD16 is compiled to a loop over them (Swift 6.3).
    let pair = BytePair(at: place)
    x = Self.marks(first, second, in: pair.x)
    y = Self.marks(first, second, in: pair.y)
  }

  /// A byte that becomes zero borrows from the next: exact up to the first match, which is all that is asked.
  @inline(__always) private static func marks(_ first: UInt8, _ second: UInt8, in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let a = word ^ ones &* UInt64(first)
    let b = word ^ ones &* UInt64(second)
    return ((((a &- ones) & ~a) | ((b &- ones) & ~b)) &>> 7) & ones
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
