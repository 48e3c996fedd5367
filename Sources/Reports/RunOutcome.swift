/// What became of a run: in its report, and in `sluice status`, which knows more of one that left no report.
public enum RunOutcome: String, Sendable, Codable {
  /// Everything arrived and was proved.
  case verified
  /// Everything arrived; it was not compared.
  case loaded
  /// The comparison was asked for and could not be made.
  case unverified
  /// Everything is in a stage file; `loaded` counts what the next stage gets.
  case staged
  case failed
  case interrupted
  case dryRun = "dry-run"
  /// No record was left that could be replayed.
  case nothingToReplay = "nothing-to-replay"

  // Only `sluice status` says:

  /// Somebody is at work on it.
  case running
  /// It did not end by itself: it was killed, or the machine went down.
  case unfinished
  /// It did not reach its end, and another run has loaded into one of its tables since: it cannot be resumed.
  case superseded
  /// Its files do not say what it was.
  case damaged
  /// Somebody else can have written its files: nothing of them is believed.
  case untrusted
}
