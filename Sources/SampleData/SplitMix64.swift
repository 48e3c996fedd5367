/// Steele, Lea and Flood's SplitMix64: one addition and a mix a number, and any state is a good one to start from.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The numbers that belong to one record of one seed, whatever was drawn for the records before it.
  public init(seed: UInt64, record: UInt64) {
    state = Self.mix(seed) ^ Self.mix(~record)
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number below `bound`; the bias of at most `bound` / 2^64 does not matter to sample data.
  public mutating func below(_ bound: UInt64) -> UInt64 {
    next().multipliedFullWidth(by: bound).high
  }

  /// True once in `n` on average.
  public mutating func oneIn(_ n: UInt64) -> Bool { below(n) == 0 }

  private static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }
}
