import Platform
import Postgres

extension Case {
  static var concurrencyCases: [Case] {
    [
      Case("C1", "the same target twice at once", expected: "the second: 10 at once, holder named; the first exact") {
        run in
        for _ in 0..<max(1, run.sizes.places / 8) {
          run.attempt("second run", run.scenario) { trial in
            let connection = try run.bench.connect()
            defer { connection.close() }
            let first = try trial.start()
            let holder = trial.run
            let isUnderWay = try first.wait(until: .now + .seconds(60)) { try trial.hasBegun() }
            guard isUnderWay else { throw HarnessError("the first run was too quick: \(trial.ended(first).summary)") }
            first.signal(SIGSTOP)
            let second = trial.ended(
              try run.bench.sluice(
                ["run", "pipeline.yaml", "--run-id", "second-\(trial.seed)"] + run.bench.options))
            first.signal(SIGCONT)
            trial.expect(second, [10], says: holder)
            trial.expect(second.seconds < 5, "O1", "the second took \(second.seconds) s")
            trial.expect(trial.ended(first), [0])
            try trial.judge()
          }
        }
      },
      Case("C1r", "a run resumed while it goes on", expected: "10 at once, holder named; the run exact") { run in
        run.attempt("resume beside", run.scenario) { trial in
          let first = try trial.start()
          let isUnderWay = try first.wait(until: .now + .seconds(60)) { try trial.hasBegun() }
          guard isUnderWay else { throw HarnessError("the run was too quick: \(trial.ended(first).summary)") }
          first.signal(SIGSTOP)
          let second = trial.ended(try trial.startResume())
          first.signal(SIGCONT)
          trial.expect(second, [10], says: trial.run)
          trial.expect(second.seconds < 5, "O1", "it took \(second.seconds) s to be told")
          trial.expect(trial.ended(first), [0])
          try trial.judge()
        }
      },
    ]
  }
}
