internal import Databases
internal import FlowControl
internal import Logging
internal import Postgres

/// Looks, where nothing moves for a while, what the run's sessions wait for on the server, and says it. It asks over a
/// short connection of its own, and what it cannot find out stays unsaid.
struct WaitWatch: Sendable {
  let target: DatabaseTarget
  let run: String
  let progress: Progress
  let logger: Logger
  let notice: @Sendable (String) -> Void
  /// How long a wait lasts before it is named.
  var limit: Duration

  /// Does `work`, and watches meanwhile.
  func during<Result>(_ work: () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      // Not on the thread of the work, which may be the one that waits.
      group.addTask(executorPreference: globalConcurrentExecutor) { await watch() }
      defer { group.cancelAll() }
      return try await work()
    }
  }

  private func watch() async {
    var before: Progress.Snapshot.Position?
    var next = limit
    while (try? await Task.sleep(for: limit / 3)) != nil {
      let position = progress.snapshot.position
      let wait = position == before ? await longest() : nil
      before = position
      guard let wait, wait.duration >= limit else {
        progress.waits(for: nil)
        next = limit
        continue
      }
      progress.waits(for: "\(wait)")
      if wait.duration >= next {
        notice("\(wait)")
        next = wait.duration * 2
      }
    }
  }

  private func longest() async -> ServerWait? {
    let stop = Cancellation()
    return await withTaskCancellationHandler {
      guard let thread = try? OwnThread.start() else { return nil }
      return await withTaskExecutorPreference(thread) {
        guard let connection = try? target.connectBriefly(within: .seconds(4), logger, cancellation: stop, run: run)
        else { return nil }
        defer { connection.close() }
        return try? connection.waits().first
      }
    } onCancel: {
      stop.cancel()
    }
  }
}
