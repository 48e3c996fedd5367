internal import Postgres
internal import Records
public import Reports

extension Report {
  /// The report of what was not begun.
  public init(refused error: any Error, run: String = "", pipeline: String = "") {
    self.init(run: run, pipeline: pipeline)
    fail(error, stopped: nil)
  }

  /// What a run that reached its end amounts to: derived from its counts, not from the absence of an error.
  mutating func close(wasVerified: Bool, isDryRun: Bool) {
    differences = datasets.flatMap { $0.parity?.differences ?? [] }
    let hasRejects = datasets.contains { $0.rejected > 0 }
    let isBalanced = datasets.allSatisfy { $0.read == $0.loaded + $0.rejected + $0.filtered }
    let isProved = datasets.allSatisfy { $0.parity?.isProved ?? false }
    switch (isDryRun, wasVerified) {
    case (true, _): outcome = .dryRun
    case (false, true): outcome = isProved ? .verified : .unverified
    case (false, false): outcome = .loaded
    }
    let status: ExitStatus =
      if !isBalanced || outcome == .unverified {
        .integrity
      } else {
        hasRejects ? .rejects : .success
      }
    exit = status.rawValue
  }

  /// Records of the run whose rejects were replayed stay set aside, besides those that this one counts.
  mutating func leave(aside kept: Int) {
    if kept > 0, exit == ExitStatus.success.rawValue { exit = ExitStatus.rejects.rawValue }
  }

  /// What a run amounts to that did not reach its end.
  /// - Parameter stopped: the status that stopping it means; nil: nobody did.
  mutating func fail(_ failure: any Error, stopped: ExitStatus?) {
    differences = datasets.flatMap { $0.parity?.differences ?? [] }
    if let stopped, Self.isOfStopping(failure) {
      outcome = .interrupted
      error = nil
      exit = stopped.rawValue
    } else {
      outcome = (failure as? EngineError)?.kind == .unverifiable ? .unverified : .failed
      error = ReportedError(failure)
      problems = (failure as? PlanError)?.problems.map { ReportedError($0) }
      exit = ((failure as? any ReportableError)?.exitStatus ?? .failure).rawValue
    }
  }

  /// Adds to what the error advises that a new run would add rows again.
  /// - Parameter isFirst: there is no way but a new run.
  mutating func sayWhatIsAppended(first isFirst: Bool) {
    guard let appended, !appended.isEmpty else { return }
    let rows = appended.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key)" }.joined(separator: ", ")
    let before = "before a new run take the rows of this one out, \(rows)"
    guard let remedy = error?.remedy else { return notes.append(before) }
    error?.remedy =
      isFirst ? "first take the rows of this run out, \(rows); then \(remedy)" : "\(remedy); \(before)"
  }

  /// Whether a failure of a run that was stopped comes of that: also one that would have been tried again, such as a COMMIT
  /// to which the server gave no answer in time.
  private static func isOfStopping(_ failure: any Error) -> Bool {
    guard let failure = failure as? PostgresError else { return failure is CancellationError }
    return failure.kind == .cancelled || failure.isTransient
  }
}
