/// The bound of every size, place, ordinal and count that is read back from a file of a run or from the ledger.
///
/// It is 9 petabytes, and every reader of JSON keeps such a number exactly. What lies beyond, no run has written. Two
/// numbers within it can be added without a look at overflow; longer sums are taken with `adding(count:)`.
public enum CountLimit {
  public static let largest = 1 << 53
  /// The most bytes that a record may be allowed to have.
  public static let largestRecord = 512 << 20
}

extension BinaryInteger {
  /// Whether a run can have counted so many.
  public var isCount: Bool { self >= 0 && self <= CountLimit.largest }
}

extension FixedWidthInteger {
  /// The sum of two counts; nil unless both are counts, and so is the sum.
  public func adding(count other: Self) -> Self? {
    guard isCount, other.isCount else { return nil }
    let sum = self &+ other
    return sum.isCount ? sum : nil
  }
}
