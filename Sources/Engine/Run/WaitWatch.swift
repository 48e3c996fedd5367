internal import Databases
internal import FlowControl
internal import Postgres
internal import Reports

/// Looks, where nothing moves for a while, what the run's sessions wait for on the server, and says it. It asks over a
/// short connection of its own, and what it cannot find out stays unsaid.
struct WaitWatch: Sendable {
  let target: DatabaseTarget
  let run: String
  let events: RunEvents
  /// How long a wait lasts before it is named.
  var limit: Duration

  /// Does `work`, and watches meanwhile.
  func during<Result>(_ work: () async throws -> Result) async throws -> Result {
    try await Onlooker.during(work) { await watch() }
  }

  private func watch() async {
    var before: (phase: RunPhase?, counters: RunCounters)?
    var next = limit
    while (try? await Task.sleep(for: limit / 3)) != nil {
      let snapshot = events.snapshot
      let stands = before.map { $0 == (snapshot.phase, snapshot.counters) } ?? false
      let wait = stands ? await longest() : nil
      before = (snapshot.phase, snapshot.counters)
      guard let wait, wait.duration >= limit else {
        events.emit(.stuck(nil))
        next = limit
        continue
      }
      events.emit(.stuck("\(wait)"))
      if wait.duration >= next {
        events.warn("\(wait)")
        next = wait.duration * 2
      }
    }
  }

  private func longest() async -> ServerWait? {
    let stop = Cancellation()
    return await withTaskCancellationHandler {
      guard let thread = try? OwnThread.start() else { return nil }
      return await withTaskExecutorPreference(thread) {
        guard
          let connection = try? target.connectBriefly(within: .seconds(4), events.logger, cancellation: stop, run: run)
        else { return nil }
        defer { connection.close() }
        return try? connection.waits().first
      }
    } onCancel: {
      stop.cancel()
    }
  }
}
