public import Records

/// Rows of one side of a comparison, summed by key into a fixed number of buckets: what differs is in the buckets that
/// differ. 1.5 MiB, however many rows there are.
public struct BucketSums: Sendable {
  public static let count = 1 << 16
  private var rows = [Int64](repeating: 0, count: Self.count)
  private var sums = [RowDigest](repeating: RowDigest(), count: Self.count)

  public init() {}

  public static func bucket(of key: RowDigest) -> Int { Int(key.high >> 48) }

  public mutating func add(key: RowDigest, row: RowDigest) {
    let bucket = Self.bucket(of: key)
    rows[bucket] += 1
    sums[bucket] &+= row
  }

  public mutating func merge(_ other: BucketSums) {
    for bucket in 0..<Self.count {
      rows[bucket] += other.rows[bucket]
      sums[bucket] &+= other.sums[bucket]
    }
  }

  /// The buckets in which two sides differ, and how many rows both sides have in them.
  public func differing(from other: BucketSums) -> (buckets: Set<Int>, rows: Int64) {
    var buckets: Set<Int> = []
    var count: Int64 = 0
    for bucket in 0..<Self.count where rows[bucket] != other.rows[bucket] || sums[bucket] != other.sums[bucket] {
      buckets.insert(bucket)
      count += rows[bucket] + other.rows[bucket]
    }
    return (buckets, count)
  }
}
