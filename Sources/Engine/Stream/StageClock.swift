internal import Records
internal import Reports

/// How long a stage worked and how long it waited for its neighbours.
struct StageClock: Sendable {
  private let start = ContinuousClock.now
  private(set) var waiting = Duration.zero

  /// Runs `body` and counts its time as waiting.
  mutating func wait<Result>(
    _ body: () async throws -> Result
  ) async rethrows -> Result {
    let before = ContinuousClock.now
    let result = try await body()
    waiting += ContinuousClock.now - before
    return result
  }

  /// Seconds so far.
  var times: StageTimes {
    let all = ContinuousClock.now - start
    return StageTimes(seconds: (all - waiting).inSeconds, waiting: waiting.inSeconds)
  }
}
