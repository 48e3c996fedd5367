/// Looks whether the run is being stopped, once in a bounded amount of work: a single record can hold hundreds of
/// megabytes, or millions of elements, and to ask costs more than most values do.
struct WorkMeter {
  /// Steps take about a nanosecond; so many are far less than a second.
  private static let portion = 1 << 26

  private var left = Self.portion

  /// Counts work that is about to be done.
  mutating func spend(_ steps: Int) throws(CancellationError) {
    left &-= steps
    guard left < 0 else { return }
    left = Self.portion
    if Task.isCancelled { throw CancellationError() }
  }
}
