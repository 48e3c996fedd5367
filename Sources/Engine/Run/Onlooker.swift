/// Work, and somebody who looks on until it ends.
enum Onlooker {
  static func during<Result>(
    _ work: () async throws -> Result, _ look: @escaping @Sendable () async -> Void
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      // Not on the thread of the work, which may be the one that waits.
      group.addTask(executorPreference: globalConcurrentExecutor) { await look() }
      defer { group.cancelAll() }
      return try await work()
    }
  }
}
