/// What became of a run, or of one of its datasets: in its report, in the ledger, and in `sluice status`, which knows more of
/// one that left no report.
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
  /// Its files or the ledger do not say what became of it, or say what this build does not know.
  case damaged
  /// Somebody else can have written its files: nothing of them is believed.
  case untrusted

  /// - Parameter text: what a file or the ledger says.
  public init(kept text: String) { self = RunOutcome(rawValue: text) ?? .damaged }

  public init(from decoder: any Decoder) throws {
    self.init(kept: try decoder.singleValueContainer().decode(String.self))
  }
}
