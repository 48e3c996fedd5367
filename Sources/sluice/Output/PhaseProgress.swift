import Records
import Reports

/// How far a run is with what it is doing.
struct PhaseProgress {
  var dataset: String
  /// What is being done: `loading`, `verifying`.
  var activity: String
  /// Bytes of the file on disk: done, and in all where that is known.
  var done: Int64
  var total: Int64?
  /// Bytes of the unpacked source.
  var bytes: Int64
  var rows: Int
  var rejected: Int
  var warnings: Int
  /// Since the activity began.
  var seconds: Double
  /// The stage that the others wait for.
  var busiest: Stage?
  /// What the server waits for, where that lasts.
  var wait: String?

  /// nil before the first activity.
  init?(_ snapshot: RunSnapshot) {
    guard let phase = snapshot.phase else { return nil }
    let counters = snapshot.inPhase
    (dataset, activity, total) = (phase.dataset, phase.activity, phase.total)
    (done, bytes) = (counters.fileBytes, counters.bytes)
    rows = counters.loaded + counters.passed + counters.readBack
    (rejected, warnings) = (counters.rejected, counters.warnings)
    (seconds, busiest, wait) = (snapshot.secondsInPhase, snapshot.busiest, snapshot.wait)
  }
}
