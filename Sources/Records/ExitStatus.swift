/// Every status `sluice` can end with. The numbers are public: scripts branch on them.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  /// Everything is accounted for, and verified where that was asked.
  case success = 0
  /// A failure that none of the others names.
  case failure = 1
  /// Done, with rejects inside the budget.
  case rejects = 3
  /// Stopped: the error budget is exceeded, or a record breaks a rule under `--on-error stop`.
  case data = 4
  /// Parity, hash, manifest or row balance does not match.
  case integrity = 5
  /// A table or column is missing or of another type; a migration is pending, failed or drifted.
  case schema = 6
  /// The database is not reachable, refused, timed out, or a lock was not obtained.
  case database = 7
  /// The source is missing, unreadable, malformed, truncated, or changed while it was read.
  case source = 8
  /// Cannot resume: the state is missing, damaged, or of another source or target.
  case resume = 9
  /// A precondition does not hold: another run holds the lock, maintenance mode is off.
  case refused = 10
  /// A backup, manifest or stage file cannot be written or read.
  case storage = 11
  /// The command line is wrong: nothing was touched.
  case usage = 64
  /// The pipeline file is wrong: nothing was touched.
  case pipeline = 78
  /// Interrupted by SIGINT after a clean stop.
  case interrupted = 130
  /// Interrupted by SIGTERM or SIGHUP after a clean stop.
  case terminated = 143
}
