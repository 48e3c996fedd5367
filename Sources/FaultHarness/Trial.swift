import Platform
import Postgres

/// One try of a case: a run, what interrupts it, its resumption until it is done, and the oracle.
public final class Trial {
  let bench: Bench
  let seed: UInt64
  var random: SplitMix64
  /// The run, by the id that it was given.
  private(set) var run = ""
  private(set) var endings: [Ended] = []
  /// How often work may have had to be done once more.
  var interruptions = 0
  private(set) var findings: [Finding] = []
  /// How often a run had to be begun anew, as it was ended before there was anything to resume.
  private(set) var begunAnew = 0
  /// How often a killed run had still to be waited for.
  private(set) var waits = 0
  /// Where the program finds the server; nil: directly.
  var port: Int?
  private var runCount = 0

  init(_ bench: Bench, seed: UInt64) {
    self.bench = bench
    self.seed = seed
    random = SplitMix64(seed: seed)
  }

  // MARK: - Driving the program

  /// Starts a new run.
  func start(trace: Trace? = nil, output: Int32? = nil, _ more: [String] = []) throws -> Child {
    runCount += 1
    run = "try-\(seed)-\(runCount)"
    let scenario = bench.scenario
    let arguments =
      ["run", "pipeline.yaml", "--run-id", run, "--jobs", String(scenario.jobs)]
      + ["--slice-bytes", String(scenario.sliceBytes)]
    return try bench.sluice(arguments + bench.options + more, port: port, trace: trace, run: run, output: output)
  }

  func startResume(trace: Trace? = nil, _ more: [String] = []) throws -> Child {
    try bench.sluice(["resume", run] + bench.options + more, port: port, trace: trace, run: run)
  }

  func startVerify() throws -> Child {
    try bench.sluice(["verify", "pipeline.yaml", "--run-id", run] + bench.options, port: port, run: run)
  }

  /// Waits for the end, which counts for the oracle.
  @discardableResult
  func ended(_ child: Child) -> Ended {
    let ended = child.wait()
    endings.append(ended)
    if ended.hung { fail("O1", "it did not end: \(ended.summary)") }
    return ended
  }

  /// Lets it run for so long, then ends it without asking.
  @discardableResult
  func kill(_ child: Child, after time: Duration) -> Ended {
    _ = child.wait(until: .now + time) { false }
    child.signal(SIGKILL)
    let ended = ended(child)
    if ended.signal == SIGKILL { interruptions += 1 }
    return ended
  }

  /// Resumes until everything is there: the fault is over, so once has to do.
  /// - Parameter last: how the run ended so far.
  func settle(_ last: Ended) throws {
    if last.status == 0 { return }
    var last = ended(try startResume())
    if last.status == 10 {
      // The server may still do what it was told last by a client that is gone.
      waits += 1
      if try !awaitQuiet() { return fail("O6", "sessions of a run that was killed go on: \(last.summary)") }
      last = ended(try startResume())
    }
    if last.status == 9, try !hasBegun() {
      begunAnew += 1
      last = ended(try start())
    }
    if last.status != 0 { fail("O1", "it cannot be brought to its end: \(last.summary)") }
  }

  /// Whether anything of the run is in the database.
  func hasBegun() throws -> Bool {
    let connection = try bench.connect()
    defer { connection.close() }
    guard try connection.query("SELECT to_regclass('sluice.runs') IS NOT NULL").scalar == "t" else { return false }
    return try connection.query("SELECT EXISTS (SELECT FROM sluice.runs WHERE run = $1)", parameters: [run]).scalar
      == "t"
  }

  /// Whether the ledger says that everything of the run was done.
  func isDone(_ connection: Connection) throws -> Bool {
    try connection.query(
      "SELECT EXISTS (SELECT FROM sluice.runs WHERE run = $1 AND finished_at IS NOT NULL)", parameters: [run]
    ).scalar == "t"
  }

  /// How many slices of the run are committed.
  func committed(_ connection: Connection) throws -> Int {
    guard try connection.query("SELECT to_regclass('sluice.slices') IS NOT NULL").scalar == "t" else { return 0 }
    let count = try connection.query("SELECT count(*) FROM sluice.slices WHERE run = $1", parameters: [run]).scalar
    return count.flatMap { Int($0) } ?? 0
  }

  // MARK: - Judging

  func fail(_ oracle: String, _ text: String) { findings.append(Finding(oracle, text)) }

  func expect(_ condition: Bool, _ oracle: String, _ text: @autoclosure () -> String) {
    if !condition { fail(oracle, text()) }
  }

  /// O1: the status is one of these.
  func expect(_ ended: Ended, _ statuses: Set<Int32>, says word: String? = nil) {
    if !statuses.contains(ended.status) {
      fail("O1", "expected \(statuses.sorted().map(String.init).joined(separator: " or ")), got \(ended.summary)")
    } else if let word, !(ended.output + ended.errors).localizedContains(word) {
      fail("O1", "the message does not say “\(word)”: \(ended.summary)")
    }
  }

  /// All questions, for a run that has to be complete.
  func judge() throws {
    findings += try Oracle(bench: bench, run: run).complete(interruptions: interruptions)
    judgeProcesses()
  }

  /// The table has only what it had before, and nothing is left in the database.
  func judgeUntouched() throws {
    let connection = try bench.connect()
    defer { connection.close() }
    let before = bench.scenario.before.map { fingerprint($0.copyLine.utf8) }
    let oracle = Oracle(bench: bench, run: run)
    let difference = Multiset(expected: before, actual: try oracle.fingerprints(connection))
    expect(difference.isEqual, "O2", "the table was changed: \(difference)")
    findings += try oracle.quiet()
    judgeProcesses()
  }

  /// Questions that do not need a complete run.
  func judgeProcesses() {
    findings += Oracle.secrecy(bench, endings) + Oracle.memory(bench, endings)
  }
}

extension String {
  fileprivate func localizedContains(_ word: String) -> Bool { lowercased().contains(word.lowercased()) }
}
