import Platform
import Postgres

extension Case {
  /// SIGKILL at every system call of a kind, in runs of several kinds and in resumptions, until the points are used up.
  static var traceCases: [Case] {
    // Each group has an N of its own: the calls of one that are many would hide those of another that are few.
    let kinds: [(id: String, what: String, part: Int, groups: [[String]])] = [
      ("K1", "write", 15, [["write", "pwrite64", "writev"]]),
      ("K2", "fsync", 15, [["fsync", "fdatasync"]]),
      (
        "K3", "rename, link, unlink, mkdir, open", 30,
        [["rename", "renameat", "renameat2"], ["linkat"], ["unlink", "unlinkat"], ["mkdir", "mkdirat"], ["openat"]]
      ),
      ("K4", "send to the server", 40, [["sendto", "sendmsg"]]),
    ]
    return kinds.map { kind in
      Case(kind.id, "SIGKILL at the N-th \(kind.what), for every N", expected: "resume exact", needs: [.strace]) {
        run in
        var left = max(2, run.sizes.points * kind.part / 100)
        for (label, scenario, isResumed) in sweeps(run) {
          for calls in kind.groups where left > 0 {
            left -= try sweep(
              run, "\(calls[0]), \(label)", scenario, calls, isResumed: isResumed, isInRunFolder: kind.id == "K3",
              atMost: left)
          }
        }
        run.require("killed")
      }
    }
  }

  private static func sweeps(_ run: CaseRun) -> [(label: String, scenario: Scenario, isResumed: Bool)] {
    let variants: [(Scenario.Mode, jobs: Int, isResumed: Bool)] = [
      (.append, 2, false), (.append, 2, true), (.sync, 2, false), (.upsert, 1, false), (.replace, 4, false),
      (.sync, 2, true), (.append, 1, false), (.upsert, 4, true), (.replace, 2, true), (.append, 4, false),
    ]
    return variants.map { mode, jobs, isResumed in
      var scenario = run.scenario
      scenario.mode = mode
      scenario.jobs = jobs
      return ("\(mode.rawValue), \(jobs) connections\(isResumed ? ", resumed" : "")", scenario, isResumed)
    }
  }

  /// - Returns: how many points were tried.
  private static func sweep(
    _ run: CaseRun, _ label: String, _ scenario: Scenario, _ calls: [String], isResumed: Bool, isInRunFolder: Bool,
    atMost limit: Int
  ) throws -> Int {
    let last = try countPoints(run, scenario, Trace(calls, .count, isInRunFolder: isInRunFolder))
    guard last > 0 else { return 0 }
    // Threads do not share the work the same way every time: some points more than were seen.
    let points = spread(over: 1...(last + 2), limit)
    for point in points {
      run.attempt("N = \(point), \(label)", scenario) { trial in
        if isResumed, try !killHalfway(trial) { return }
        let trace = Trace(calls, .kill(at: point), isInRunFolder: isInRunFolder)
        let ended = trial.ended(try isResumed ? trial.startResume(trace: trace) : trial.start(trace: trace))
        if ended.signal != nil { trial.interruptions += 1 }
        run.note("killed", ended.signal == nil ? 0 : 1)
        try trial.settle(ended)
        try trial.judge()
      }
    }
    return points.count
  }

  /// How many points a run has: none where it makes no such call.
  private static func countPoints(_ run: CaseRun, _ scenario: Scenario, _ trace: Trace) throws -> Int {
    _ = try run.undisturbed(scenario, trace: trace)
    return Trace.points(in: readText(run.bench.lastTrace) ?? "")
  }

  /// A run that is killed once its first slice is committed.
  /// - Returns: whether there is something to resume: it may have been quicker.
  private static func killHalfway(_ trial: Trial) throws -> Bool {
    let connection = try trial.bench.connect()
    defer { connection.close() }
    let child = try trial.start()
    _ = try child.wait(until: .now + .seconds(60)) { try trial.committed(connection) > 0 }
    child.signal(SIGKILL)
    guard trial.ended(child).signal != nil else { return false }
    trial.interruptions += 1
    try trial.awaitQuiet()
    return true
  }
}

/// At most `count` numbers of a range, evenly spread, the first among them; all of them when they are fewer.
func spread(over range: ClosedRange<Int>, _ count: Int) -> [Int] {
  if range.count <= count { return Array(range) }
  return (0..<max(1, count)).map { range.lowerBound + $0 * range.count / max(1, count) }
}
