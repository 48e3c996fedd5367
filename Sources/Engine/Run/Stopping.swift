public import Records

/// What it means that the task of a run is cancelled. It goes with the task, as cancelling does.
public enum Stopping {
  /// The exit status to end with; asked once the task was cancelled.
  @TaskLocal public static var status: @Sendable () -> ExitStatus = { .interrupted }

  /// nil where nobody stopped this task.
  static var statusOfThis: ExitStatus? { Task.isCancelled ? status() : nil }
}
