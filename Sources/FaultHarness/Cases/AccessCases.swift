import Postgres

extension Case {
  /// The server is there, and does not let us do it.
  static var accessCases: [Case] {
    [
      Case("D18", "missing privileges, read-only", expected: "6, 7 or 10 before anything is loaded; then exact") {
        run in
        let role = ScratchServer.role
        let variants = [
          (
            "no INSERT", "ALTER TABLE events OWNER TO CURRENT_USER; GRANT SELECT ON events TO \(role)",
            "ALTER TABLE events OWNER TO \(role)", "INSERT"
          ),
          (
            "no CREATE for the ledger",
            "ALTER DATABASE \(run.bench.database) OWNER TO CURRENT_USER; GRANT ALL ON events TO \(role)",
            "ALTER DATABASE \(run.bench.database) OWNER TO \(role)", "CREATE SCHEMA sluice"
          ),
          (
            "read-only", "ALTER ROLE \(role) SET default_transaction_read_only = on", "ALTER ROLE \(role) RESET ALL",
            "read-only"
          ),
        ]
        for (label, spoil, mend, word) in variants {
          run.attempt(label, run.scenario) { trial in
            let admin = try run.bench.connect()
            defer { admin.close() }
            try admin.executeScript(SQL(unsafe: spoil))
            let ended = trial.ended(try trial.start(["--retry-for", "2"]))
            try admin.executeScript(SQL(unsafe: mend))
            trial.expect(ended, [6, 7, 10], says: word)
            try trial.judgeUntouched()
            try resumed(trial)
          }
        }
      },
      Case("D19", "wrong password, unknown database", expected: "7, one attempt, no secret told; then exact") { run in
        for label in ["wrong password", "unknown database"] {
          run.attempt(label, run.scenario) { trial in
            let before = run.bench.server.log.utf8.count
            let wrong = "wrong" + run.bench.server.secret
            let ended = trial.ended(
              try run.bench.sluice(
                ["run", "pipeline.yaml"] + run.bench.options,
                database: label == "unknown database" ? "no_such_database" : nil,
                secret: label == "wrong password" ? wrong : nil))
            trial.expect(ended, [7], says: label == "wrong password" ? "password" : "no_such_database")
            let log = String(decoding: run.bench.server.log.utf8.dropFirst(before), as: UTF8.self)
            let refusals = log.split(separator: "\n").filter { $0.contains("FATAL") }.count
            trial.expect(refusals == 1, "O1", "the server refused \(refusals) attempts")
            try trial.judgeUntouched()
            let good = trial.ended(try trial.start())
            trial.expect(good, [0])
            try trial.judge()
          }
        }
      },
      Case("D21", "too few connections", expected: "fewer are used, or 7; then exact") { run in
        for limit in 1...5 {
          run.attempt("\(limit) allowed, --jobs 4", run.scenario(jobs: 4)) { trial in
            let admin = try run.bench.connect()
            defer { admin.close() }
            let role = ScratchServer.role
            try admin.execute("ALTER ROLE \(unsafe: role) CONNECTION LIMIT \(limit)")
            let ended = trial.ended(try trial.start(["--retry-for", "2"]))
            try admin.execute("ALTER ROLE \(unsafe: role) CONNECTION LIMIT -1")
            trial.expect(ended, [0, 7])
            run.note(ended.status == 0 ? "done with fewer" : "refused")
            if ended.status != 0 { trial.expect(ended, [7], says: "too many connections") }
            try resumed(trial)
          }
        }
      },
    ]
  }
}

extension CaseRun {
  func scenario(jobs: Int) -> Scenario {
    var scenario = scenario
    scenario.jobs = jobs
    return scenario
  }
}
