/// A hash of an object's key, for finding repeated keys; seeded anew in each process, so that no input can aim at it.
struct KeyHash {
  private let seed0 = UInt64.random(in: .min ... .max) | 1
  private let seed1 = UInt64.random(in: .min ... .max) | 1

  /// - Parameter key: bytes that are followed by at least 8 readable ones.
  @inline(__always)
  func hash(_ key: UnsafeRawPointer, _ count: Int) -> UInt64 {
    var a = seed0 ^ UInt64(truncatingIfNeeded: count)
    if count <= 8 {
      let word = key.loadUnaligned(as: UInt64.self).littleEndian
      let kept = count == 8 ? word : word & (1 &<< (UInt64(truncatingIfNeeded: count) &* 8) &- 1)
      return Self.fold(a ^ kept, seed1)
    }
    var i = 0
    while i &+ 8 < count {
      a = Self.fold(a ^ key.loadUnaligned(fromByteOffset: i, as: UInt64.self).littleEndian, seed1)
      i &+= 8
    }
    return Self.fold(a ^ key.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self).littleEndian, seed1 &+ 2)
  }

  /// One more key of the same object, order kept.
  @inline(__always)
  func combine(_ shape: UInt64, _ key: UInt64) -> UInt64 { Self.fold(shape ^ key, seed0) }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
