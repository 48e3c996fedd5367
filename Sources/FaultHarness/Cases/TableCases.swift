import Archive
import Platform
import Postgres

extension Case {
  /// Somebody changes the table, the ledger or what a row becomes.
  static var tableCases: [Case] {
    [
      Case("D24", "table emptied, changed, dropped during the run", expected: "never 0; the loss is found") { run in
        _ = try run.undisturbed(run.scenario)
        let changes = [
          ("truncated", "TRUNCATE events"), ("rows deleted", "DELETE FROM events WHERE id % 50 = 1 OR id < 0"),
          ("column dropped", "ALTER TABLE events DROP COLUMN amount"), ("dropped", "DROP TABLE events"),
          ("value changed", "UPDATE events SET flag = NOT flag WHERE id = (SELECT min(id) FROM events WHERE id >= 0)"),
        ]
        for (label, change) in changes {
          run.attempt(label, run.scenario) { trial in
            let connection = try run.bench.connect()
            defer { connection.close() }
            let ended = try killMidway(trial, connection)
            try connection.executeScript(SQL(unsafe: change))
            trial.expect(ended.signal != nil, "O1", "the run was not killed: \(ended.summary)")
            trial.expect(trial.ended(try trial.startResume(["--retry-for", "2"])), [5, 6, 7, 9])
            trial.judgeProcesses()
          }
        }
      },
      Case(
        "D23", "UNLOGGED table, emptied when the server crashes", expected: "6 unless allowed; then the loss is found"
      ) {
        run in
        run.attempt("refused", run.scenario) { trial in
          try unlogged(run)
          trial.expect(trial.ended(try trial.start()), [6, 10], says: "unlogged")
          try trial.judgeUntouched()
        }
        run.attempt("allowed, then a crash", run.scenario) { trial in
          try unlogged(run)
          let connection = try run.bench.connect()
          try killMidway(trial, connection, ["--allow-unlogged"])
          connection.close()
          try run.bench.server.killPostmaster()
          try run.bench.server.start()
          trial.expect(trial.ended(try trial.startResume()), [5, 9])
          trial.judgeProcesses()
        }
      },
      Case("D25", "database restored to before the run", expected: "9: the manifest is ahead of the ledger") { run in
        _ = try run.undisturbed(run.scenario)
        run.attempt("restored", run.scenario) { trial in
          let connection = try run.bench.connect()
          defer { connection.close() }
          try killMidway(trial, connection) {
            (readText("\(run.bench.runs)/\(trial.run)/\(RunLayout.partial(RunLayout.manifest))") ?? "") != ""
          }
          try connection.executeScript(
            "DELETE FROM events WHERE id >= 0; DELETE FROM sluice.slices WHERE run = '\(unsafe: trial.run)'")
          trial.expect(trial.ended(try trial.startResume()), [9])
          try trial.judgeUntouched()
        }
      },
      Case("D26", "trigger that drops rows, trigger that changes them", expected: "5, nothing kept; then exact") {
        run in
        let triggers = [
          ("drops", "IF NEW.id = 77 THEN RETURN NULL; END IF; RETURN NEW;"),
          ("changes", "IF NEW.id = 77 THEN NEW.flag := NOT NEW.flag; END IF; RETURN NEW;"),
        ]
        for (label, body) in triggers {
          run.attempt(label, run.scenario) { trial in
            let connection = try run.bench.connect()
            defer { connection.close() }
            try connection.executeScript(
              """
              CREATE OR REPLACE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(unsafe: body) END $$;
              CREATE TRIGGER meddle BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION meddle()
              """)
            let ended = trial.ended(try trial.start(["--retry-for", "2"]))
            trial.expect(ended, [5])
            try connection.execute("DROP TRIGGER meddle ON events")
            if label == "drops" { try resumed(trial) } else { trial.judgeProcesses() }
          }
        }
      },
    ]
  }

  private static func unlogged(_ run: CaseRun) throws {
    let connection = try run.bench.connect()
    defer { connection.close() }
    try connection.execute("ALTER TABLE events SET UNLOGGED")
  }

  /// Kills a run when some of its slices are committed, and not all.
  /// - Parameter isEnough: what else has to be.
  @discardableResult
  static func killMidway(
    _ trial: Trial, _ connection: Connection, _ more: [String] = [], _ isEnough: () -> Bool = { true }
  ) throws -> Ended {
    for _ in 0..<20 {
      let child = try trial.start(more)
      _ = try child.wait(until: .now + .seconds(60)) { try trial.committed(connection) > 0 && isEnough() }
      child.signal(SIGKILL)
      let ended = trial.ended(child)
      if ended.signal != nil {
        trial.interruptions += 1
        try trial.awaitQuiet()
        return ended
      }
      try trial.bench.prepare(trial.bench.scenario)
    }
    throw HarnessError("no run could be killed between its first slice and its last")
  }
}

extension Trial {
  /// Waits until the server has ended the sessions of a client that is gone.
  /// - Returns: whether it has, within 20 s.
  @discardableResult
  func awaitQuiet() throws -> Bool {
    let admin = try bench.server.connect()
    defer { admin.close() }
    let deadline = ContinuousClock.now + .seconds(20)
    while try !ScratchServer.sessions(of: bench.database, on: admin).isEmpty {
      if ContinuousClock.now > deadline { return false }
      pause(.milliseconds(5))
    }
    return true
  }
}
