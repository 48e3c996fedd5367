import Synchronization

/// A clock that stands still until it is told to go on.
final class StandingClock: Sendable {
  private let time = Mutex(ContinuousClock.now)

  var now: ContinuousClock.Instant { time.withLock { $0 } }

  func pass(_ duration: Duration) { time.withLock { $0 += duration } }
}
