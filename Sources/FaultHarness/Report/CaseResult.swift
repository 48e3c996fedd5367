/// What came of a case.
public struct CaseResult: Sendable {
  public var id: String
  public var fault: String
  public var expected: String
  public var tries: Int
  public var seeds: String
  public var failures: Int
  /// Why it was not performed.
  public var skipped: String?
  /// What was counted: how many were killed, how many COMMITs were done.
  public var notes: String
  /// The most memory that a process held; 0 when none was looked at.
  public var peakBytes = 0
  public var seconds: Double

  init(_ one: Case, skipped: String) {
    (id, fault, expected) = (one.id, one.fault, one.expected)
    (tries, seeds, failures, notes, seconds) = (0, "", 0, "", 0)
    self.skipped = skipped
  }

  init(_ one: Case, _ run: CaseRun, seconds: Double) {
    (id, fault, expected) = (one.id, one.fault, one.expected)
    tries = run.tries
    seeds = "\(run.seedRange.lowerBound)–\(run.seedRange.upperBound)"
    failures = run.failures.count
    skipped = run.skipped
    notes = run.notes.map { "\($0.count) \($0.what)" }.joined(separator: ", ")
    peakBytes = run.peakBytes
    self.seconds = seconds
  }

  /// Whether there was at least one try, and none found anything.
  public var hasPassed: Bool { skipped == nil && tries > 0 && failures == 0 }

  public var outcome: String {
    if let skipped { return "skipped: \(skipped)" }
    if tries == 0 { return "nothing was tried" }
    return failures == 0 ? "passed" : "FAILED \(failures)"
  }
}
