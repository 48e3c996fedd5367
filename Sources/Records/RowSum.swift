/// A number of rows, and the sum of their digests.
public struct RowSum: Sendable, Hashable, BitwiseCopyable, Codable {
  public var rows: Int
  public var digest: RowDigest

  @inlinable public init(rows: Int = 0, digest: RowDigest = RowDigest()) {
    self.rows = rows
    self.digest = digest
  }

  /// Adds one row.
  @inlinable public mutating func add(_ row: RowDigest) {
    rows += 1
    digest &+= row
  }

  @inlinable public static func += (left: inout RowSum, right: RowSum) {
    left.rows += right.rows
    left.digest &+= right.digest
  }

  @inlinable public static func -= (left: inout RowSum, right: RowSum) {
    left.rows -= right.rows
    left.digest &-= right.digest
  }
}
