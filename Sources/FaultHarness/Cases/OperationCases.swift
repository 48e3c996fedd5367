import Platform
import Postgres

extension Case {
  /// How a server is operated: standbys, poolers, time limits, publications. Nothing breaks.
  static var operationCases: [Case] {
    [
      Case("D30", "synchronous standby away, SIGINT while a COMMIT waits", expected: "130 within 10 s, resume exact") {
        run in
        for turn in 0..<max(2, run.sizes.places / 10) {
          run.attempt(turn % 2 == 0 ? "from the beginning" : "under way", run.scenario) { trial in
            let admin = try run.bench.connect()
            defer { admin.close() }
            let begun = turn % 2 == 0 ? nil : try trial.start()
            _ = try begun?.wait(until: .now + .seconds(60)) { try trial.committed(admin) > 0 }
            begun?.signal(SIGSTOP)
            try withServer("synchronous_standby_names = 'ghost'", admin) {
              let child = try begun ?? trial.start()
              child.signal(SIGCONT)
              let isWaiting = try child.wait(until: .now + .seconds(60)) {
                try admin.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'").scalar != "0"
              }
              guard isWaiting else { throw HarnessError("no COMMIT waited: \(trial.ended(child).summary)") }
              try interrupt(child, trial)
            }
            try resumed(trial)
          }
        }
      },
      Case("D31", "the ledger locked by somebody, SIGINT", expected: "130 within 10 s, resume exact") { run in
        for table in ["runs", "slices", "targets"] {
          run.attempt("sluice.\(table) locked", run.scenario) { trial in
            let other = try run.bench.connect()
            defer { other.close() }
            let child = try trial.start()
            let hasBegun = try child.wait(until: .now + .seconds(60)) { try trial.hasBegun() }
            guard hasBegun else { throw HarnessError("the run did not begin: \(trial.ended(child).summary)") }
            try other.execute("BEGIN")
            try other.execute("LOCK TABLE sluice.\(unsafe: table)")
            try interrupt(child, trial)
            try other.execute("ROLLBACK")
            try resumed(trial)
          }
        }
      },
      Case(
        "D32", "pooler in session, transaction and statement mode",
        expected: "session: exact; the others: 10, nothing touched, nobody's settings changed", needs: [.pooler]
      ) { run in
        for mode in Pooler.Mode.allCases {
          run.attempt("\(mode.rawValue) mode", run.scenario) { trial in
            let pooler = try Pooler(mode, for: run.bench)
            defer { pooler.stop() }
            let before = try pooler.settings()
            trial.port = pooler.port
            let ended = trial.ended(try trial.start(["--retry-for", "2"]))
            trial.expect(ended, [mode == .session ? 0 : 10], says: mode == .session ? nil : mode.rawValue)
            trial.expect(try pooler.settings() == before, "O6", "other clients of the pooler find other settings")
            trial.port = nil
            pooler.stop()
            try trial.awaitQuiet()
            if mode != .session {
              try trial.judgeUntouched()
              trial.expect(trial.ended(try trial.start()), [0])
            }
            try trial.judge()
          }
        }
      },
      Case("D33", "idle_session_timeout of the role", expected: "exact, and a second run is refused all the while") {
        run in
        run.attempt("idle_session_timeout", run.scenario) { trial in
          try withRole("idle_session_timeout = '200ms'", run) {
            let first = try trial.start()
            let holder = trial.run
            let hasBegun = try first.wait(until: .now + .seconds(60)) { try trial.hasBegun() }
            guard hasBegun else { throw HarnessError("the run did not begin: \(trial.ended(first).summary)") }
            first.signal(SIGSTOP)
            pause(.milliseconds(600))
            let second = trial.ended(
              try run.bench.sluice(
                ["run", "pipeline.yaml", "--run-id", "second-\(trial.seed)"] + run.bench.options))
            first.signal(SIGCONT)
            trial.expect(second, [10], says: holder)
            trial.expect(trial.ended(first), [0])
          }
          try trial.judge()
        }
      },
      Case(
        "D34", "publication FOR ALL TABLES, with a subscriber", expected: "10 before anything is made; exact without it"
      ) { run in
        for turn in 0..<Scenario.Mode.allCases.count {
          let scenario = run.scenario(turn)
          run.attempt(scenario.mode.rawValue, scenario) { trial in
            let admin = try run.bench.connect()
            defer {
              _ = try? admin.execute("DROP PUBLICATION IF EXISTS everything")
              _ = try? admin.query("SELECT pg_drop_replication_slot('subscriber')")
              admin.close()
            }
            try admin.execute("CREATE PUBLICATION everything FOR ALL TABLES")
            try admin.query("SELECT pg_create_logical_replication_slot('subscriber', 'pgoutput')")
            let ended = trial.ended(try trial.start(["--retry-for", "2"]))
            trial.expect(ended, [10], says: "everything")
            trial.expect(try !trial.hasLedger(admin), "O6", "a ledger was made that is published")
            try trial.judgeUntouched()
            try admin.execute("DROP PUBLICATION everything")
            trial.expect(trial.ended(try trial.start()), [0])
            try trial.judge()
          }
        }
      },
      Case("D35", "type of a column changed during the run", expected: "6; the loss is found by verify") { run in
        run.attempt("int8 to int4", run.scenario) { trial in
          let admin = try run.bench.connect()
          defer { admin.close() }
          let child = try trial.start(["--on-error", "reject"])
          let isUnderWay = try child.wait(until: .now + .seconds(60)) { try trial.committed(admin) > 0 }
          guard isUnderWay else { throw HarnessError("no slice was committed: \(trial.ended(child).summary)") }
          child.signal(SIGSTOP)
          _ = try? admin.execute("SET lock_timeout = '2s'")
          let isChanged = (try? admin.execute("ALTER TABLE events ALTER id TYPE int4")) != nil
          child.signal(SIGCONT)
          if isChanged { run.note("changed under way") }
          let ended = trial.ended(child)
          trial.expect(ended, isChanged ? [6] : [0])
          trial.judgeProcesses()
        }
      },
    ]
  }

  /// Interrupts a run that waits for the server, which has to end all the same.
  private static func interrupt(_ child: Child, _ trial: Trial) throws {
    let start = ContinuousClock.now
    child.signal(SIGINT)
    let ended = trial.ended(child)
    let took = ContinuousClock.now - start
    trial.expect(ended, [130])
    trial.expect(took < .seconds(10), "O1", "it took \(took) to stop")
  }

  /// With a setting for the whole server.
  private static func withServer(_ setting: String, _ admin: Connection, _ body: () throws -> Void) throws {
    // What waits for a standby is never to be ourselves.
    try admin.execute("SET synchronous_commit = local")
    try admin.execute("ALTER SYSTEM SET \(unsafe: setting)")
    try admin.query("SELECT pg_reload_conf()")
    defer {
      _ = try? admin.execute("ALTER SYSTEM RESET ALL")
      _ = try? admin.query("SELECT pg_reload_conf()")
    }
    try body()
  }
}

extension Trial {
  /// Whether there is a schema of our ledger's name.
  func hasLedger(_ connection: Connection) throws -> Bool {
    try connection.query("SELECT to_regnamespace('sluice') IS NOT NULL").scalar == "t"
  }
}
