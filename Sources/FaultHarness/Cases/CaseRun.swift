import Platform

/// A case while it is performed: its bench, its sizes, and what came of its tries.
final class CaseRun {
  let bench: Bench
  let sizes: Sizes
  private let seeds: UInt64
  private let say: (String) -> Void
  private(set) var tries = 0
  private(set) var failures: [Failure] = []
  /// The most memory that a process of any try held.
  private(set) var peakBytes = 0
  private(set) var notes: [(what: String, count: Int)] = []
  /// Set when a case finds that the machine cannot do what it needs.
  private(set) var skipped: String?

  /// A try that is not as it has to be.
  struct Failure: Sendable {
    var seed: UInt64
    var label: String
    var findings: [Finding]
  }

  init(_ bench: Bench, sizes: Sizes, seed: UInt64, say: @escaping (String) -> Void) {
    self.bench = bench
    self.sizes = sizes
    seeds = seed
    self.say = say
  }

  /// The seeds that tries had, first and last.
  var seedRange: ClosedRange<UInt64> { seeds...(seeds &+ UInt64(max(tries, 1) - 1)) }

  /// One try: whatever it finds or throws is written down, and the next one begins from nothing.
  /// - Parameters:
  ///   - label: what is special about this try, enough to repeat it.
  ///   - scenario: nil: what was prepared before is gone on with.
  func attempt(_ label: String, _ scenario: Scenario? = Scenario(), _ body: (Trial) throws -> Void) {
    let trial = Trial(bench, seed: seeds &+ UInt64(tries))
    tries += 1
    do {
      if let scenario { try bench.prepare(scenario) }
      try body(trial)
    } catch {
      trial.fail("O1", "the try broke off: \(error)")
    }
    note("begun anew", trial.begunAnew)
    note("waited for the killed run's session", trial.waits)
    peakBytes = max(peakBytes, trial.endings.map(\.peakBytes).max() ?? 0)
    if trial.findings.isEmpty { return }
    failures.append(Failure(seed: trial.seed, label: label, findings: trial.findings))
    say("  FAILED seed \(trial.seed) (\(label)): " + trial.findings.map(\.description).joined(separator: "; "))
    for ended in trial.endings { say("    ended in \(Int(ended.seconds * 1000)) ms, \(ended.summary)") }
  }

  /// Counts something that is worth a word in the table.
  func note(_ what: String, _ count: Int = 1) {
    if let place = notes.firstIndex(where: { $0.what == what }) {
      notes[place].count += count
    } else if count != 0 {
      notes.append((what, count))
    }
  }

  private func hasCounted(_ what: String) -> Bool { notes.contains { $0.what == what && $0.count > 0 } }

  /// Numbers of `count` turns, and of up to 20 more for as long as chance has passed by what is to be counted.
  func turns(_ count: Int, until what: String) -> UnfoldSequence<Int, Int> {
    sequence(state: 0) { [self] turn in
      guard turn < count || turn < count + 20 && !hasCounted(what) else { return nil }
      defer { turn += 1 }
      return turn
    }
  }

  /// A case in which the fault never happened has shown nothing.
  func require(_ what: String) {
    if hasCounted(what) { return }
    attempt("all tries", nil) { $0.fail("O1", "the fault never came: nothing was counted as “\(what)”") }
  }

  func skip(_ reason: String) { skipped = reason }

  /// A run that nothing disturbs: how long it takes, and that the oracle is content with it.
  func undisturbed(_ scenario: Scenario = Scenario(), trace: Trace? = nil) throws -> Duration {
    var time = Duration.seconds(1)
    attempt("undisturbed", scenario) { trial in
      let ended = trial.ended(try trial.start(trace: trace))
      time = .milliseconds(Int(ended.seconds * 1000))
      trial.expect(ended, [0])
      try trial.judge()
    }
    return time
  }
}
