/// Looks whether the run is being stopped, once in a bounded amount of work: a single record can hold hundreds of
/// megabytes, or millions of elements, and to ask costs more than most values do.
public struct WorkMeter: Sendable {
  /// Steps take about a nanosecond; so many are far less than a second.
  public static let portion = 1 << 26

  @usableFromInline var left = Self.portion

  public init() {}

  /// Counts work that is about to be done.
  @inlinable public mutating func spend(_ steps: Int) throws(CancellationError) {
    left &-= steps
    if left < 0 { try look() }
  }

  @usableFromInline mutating func look() throws(CancellationError) {
    left = Self.portion
    if Task.isCancelled { throw CancellationError() }
  }
}
