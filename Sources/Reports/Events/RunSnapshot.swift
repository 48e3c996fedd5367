public import Records

/// One look at a run.
public struct RunSnapshot: Sendable {
  /// Since the run was set up.
  public var seconds: Double
  /// All that was counted.
  public var counters: RunCounters
  /// nil before the first.
  public var phase: RunPhase?
  /// What of all that belongs to the phase.
  public var inPhase: RunCounters
  public var secondsInPhase: Double
  /// What the server waits for, where that lasts.
  public var wait: String?

  /// The stage that the others wait for; nil until slices are loaded.
  public var busiest: Stage? {
    inPhase.waiting[.load] == nil ? nil : inPhase.waiting.min { $0.value < $1.value }?.key
  }
}
