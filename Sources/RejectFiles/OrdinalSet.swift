/// Ordinals of records, a bit each in pages of 65,536, so that millions of them are a few megabytes.
public struct OrdinalSet: Sendable {
  private var pages: [Int64: [UInt64]] = [:]

  public init() {}

  public mutating func insert(_ ordinal: Int64) {
    let (word, bit) = Self.place(ordinal)
    pages[ordinal >> 16, default: [UInt64](repeating: 0, count: 1024)][word] |= bit
  }

  public func contains(_ ordinal: Int64) -> Bool {
    let (word, bit) = Self.place(ordinal)
    return pages[ordinal >> 16].map { $0[word] & bit != 0 } ?? false
  }

  private static func place(_ ordinal: Int64) -> (word: Int, bit: UInt64) {
    (Int(ordinal & 0xFFFF) >> 6, 1 << UInt64(ordinal & 63))
  }
}
