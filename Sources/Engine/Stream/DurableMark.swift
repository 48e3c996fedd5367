internal import Synchronization

/// How far the backup is safe on disk; a loader waits for its slice here before it commits.
final class DurableMark: Sendable {
  private struct State {
    var offset: Int64 = 0
    var waiters: [Int: (offset: Int64, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var nextWaiter = 0
    var isCancelled = false
  }

  private let state = Mutex(State())

  /// Everything before `offset` is safe.
  func advance(to offset: Int64) {
    let reached = state.withLock { state in
      state.offset = max(state.offset, offset)
      let ids = state.waiters.filter { $0.value.offset <= state.offset }.map(\.key)
      return ids.compactMap { state.waiters.removeValue(forKey: $0)?.continuation }
    }
    for continuation in reached { continuation.resume() }
  }

  /// Returns when everything before `offset` is safe.
  /// - Throws: `CancellationError` when the waiting task is cancelled.
  func wait(for offset: Int64) async throws {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isDone = state.withLock { state -> Result<Void, any Error>? in
          if state.isCancelled { return .failure(CancellationError()) }
          if state.offset >= offset { return .success(()) }
          state.waiters[id] = (offset, continuation)
          return nil
        }
        if let isDone { continuation.resume(with: isDone) }
      }
    } onCancel: {
      // A run has one fate: one cancelled waiter means that all are.
      let waiters = state.withLock { state in
        state.isCancelled = true
        defer { state.waiters = [:] }
        return state.waiters.values.map(\.continuation)
      }
      for continuation in waiters { continuation.resume(throwing: CancellationError()) }
    }
  }
}
