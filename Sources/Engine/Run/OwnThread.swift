internal import FlowControl
internal import Reports

/// Threads for what blocks: a run has one, and each of its stages and connections.
enum OwnThread {
  /// - Throws: `.limits`
  static func start() throws(EngineError) -> ThreadExecutor {
    do {
      return try ThreadExecutor()
    } catch {
      throw EngineError(
        .limits, "the system starts no more threads: \(error.reason)",
        remedy: "use fewer connections with --jobs, or raise the limits on processes and memory (ulimit -u, ulimit -v)")
    }
  }

  /// Does the whole of a command on a thread of its own, once the limits of the process allow for it.
  /// - Parameter refused: the result where they do not.
  static func perform(
    _ body: () async -> Report, refused: (EngineError) -> Report
  ) async -> Report {
    let thread: ThreadExecutor
    do {
      try ProcessLimits.check()
      thread = try start()
    } catch {
      return refused(error)
    }
    return await withTaskExecutorPreference(thread, operation: body)
  }
}
