extension Case {
  /// SIGKILL at every system call of a kind.
  static var traceCases: [Case] {
    let kinds: [(id: String, what: String, calls: [String])] = [
      ("K1", "write", ["write", "pwrite64", "writev"]),
      ("K2", "fsync", ["fsync", "fdatasync"]),
      ("K3", "rename, unlink, open", ["rename", "renameat", "renameat2", "unlink", "unlinkat", "openat", "mkdirat"]),
      ("K4", "send to the server", ["sendto", "sendmsg"]),
    ]
    return kinds.enumerated().map { index, kind in
      Case(kind.id, "SIGKILL at the N-th \(kind.what), for every N", expected: "resume exact", needs: [.strace]) {
        run in
        var scenario = run.scenario
        scenario.jobs = 2
        _ = try run.undisturbed(scenario, trace: Trace(kind.calls, .count))
        let last = Trace.points(in: readText(run.bench.lastTrace) ?? "")
        guard last > 0 else { throw HarnessError("no \(kind.what) was seen") }
        // Threads do not share the work the same way every time: some points more than were seen.
        let points = spread(over: 1...(last + 2), share(run.sizes.points, index, of: kinds.count))
        run.note("points there are", last)
        for point in points {
          run.attempt("N = \(point)", scenario) { trial in
            let ended = trial.ended(try trial.start(trace: Trace(kind.calls, .kill(at: point))))
            if ended.signal != nil { trial.interruptions += 1 }
            run.note("killed", ended.signal == nil ? 0 : 1)
            try trial.settle(ended)
            try trial.judge()
          }
        }
      }
    }
  }
}

/// At most `count` numbers of a range, evenly spread, the first among them; all of them when they are fewer.
func spread(over range: ClosedRange<Int>, _ count: Int) -> [Int] {
  if range.count <= count { return Array(range) }
  return (0..<max(1, count)).map { range.lowerBound + $0 * range.count / max(1, count) }
}
