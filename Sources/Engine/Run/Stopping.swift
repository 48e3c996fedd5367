public import Records

/// What it means that the task of a run is cancelled: only the process knows what stopped it.
public struct Stopping: Sendable {
  /// The exit status to end with.
  let status: @Sendable () -> ExitStatus

  /// - Parameter status: asked once the task was cancelled.
  public init(_ status: @escaping @Sendable () -> ExitStatus = { .interrupted }) { self.status = status }

  /// nil where nobody stopped this task.
  var statusOfThisTask: ExitStatus? { Task.isCancelled ? status() : nil }
}
