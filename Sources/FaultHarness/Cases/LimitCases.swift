import LocalPostgres
import Postgres

extension Case {
  /// The server ends a statement or a transaction for reasons of its own.
  static var limitCases: [Case] {
    [
      Case("D12", "statement_timeout, behind somebody's lock", expected: "7, named; then exact") { run in
        run.attempt("statement_timeout", run.scenario) { trial in
          try withRole("statement_timeout = '300ms'", run) {
            try locked(run, "SHARE") {
              let ended = trial.ended(try trial.start(["--retry-for", "2"]))
              trial.expect(ended, [7], says: "statement timeout")
            }
          }
          try resumed(trial)
        }
      },
      Case("D13", "lock_timeout, behind somebody's lock", expected: "7, holder named; then exact") { run in
        for mode in ["SHARE", "ACCESS EXCLUSIVE"] {
          run.attempt("lock_timeout, \(mode)", run.scenario) { trial in
            try withRole("lock_timeout = '200ms'", run) {
              try locked(run, mode) {
                let ended = trial.ended(try trial.start(["--retry-for", "2"]))
                trial.expect(ended, [7], says: "lock")
              }
            }
            try resumed(trial)
          }
        }
      },
      Case("D14", "deadlock", expected: "tried again, exact") { run in
        for _ in 0..<max(1, run.sizes.places / 8) {
          run.attempt("deadlock", run.scenario) { trial in
            let other = try run.bench.connect()
            defer { other.close() }
            try other.execute("SET deadlock_timeout = '20s'")
            try other.execute("BEGIN")
            try other.execute("LOCK TABLE events IN SHARE MODE")
            let child = try trial.start(["--retry-for", "30"])
            let isBlocked = try child.wait(until: .now + .seconds(20)) {
              try other.query("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'events'::regclass")
                .scalar != "0"
            }
            guard isBlocked else {
              throw HarnessError("the run did not come to the table: \(trial.ended(child).summary)")
            }
            // The loader holds a row of the ledger and waits for the table; we hold the table and wait for the ledger.
            try other.execute("LOCK TABLE sluice.slices IN SHARE MODE")
            try other.execute("ROLLBACK")
            run.note("deadlocks")
            trial.interruptions += 1
            let ended = trial.ended(child)
            trial.expect(ended, [0])
            try trial.settle(ended)
            try trial.judge()
          }
        }
      },
      Case("D15", "default_transaction_isolation = serializable", expected: "exact") { run in
        for level in ["serializable", "repeatable read"] {
          run.attempt(level, run.scenario) { trial in
            try withRole("default_transaction_isolation = '\(level)'", run) {
              let ended = trial.ended(try trial.start())
              trial.expect(ended, [0])
              try trial.settle(ended)
            }
            try trial.judge()
          }
        }
      },
      Case(
        "D16", "the server's data volume full", expected: "7 after the limit; exact with room", needs: [.loopDevices]
      ) { run in
        guard let volume = try Volume(in: run.bench.folder, megabytes: 24) else {
          return run.skip("no loop device could be mounted")
        }
        defer { volume.remove() }
        try tablespace(on: volume, run)
        for (turn, kilobytes) in spread(over: 8...4000, max(2, run.sizes.places / 8)).enumerated() {
          run.attempt("\(kilobytes) KiB free", run.scenario(turn)) { trial in
            try withRole("default_tablespace = 'small'", run) {
              let admin = try run.bench.connect()
              try admin.execute("ALTER TABLE events SET TABLESPACE small")
              admin.close()
              try volume.fill(leaving: kilobytes << 10)
              let ended = trial.ended(try trial.start(["--retry-for", "1s"]))
              try volume.free()
              trial.expect(ended, [0, 7])
              run.note(ended.status == 0 ? "had room" : "full")
              trial.interruptions += 2
              try trial.settle(ended)
            }
            try trial.judge()
          }
        }
        run.require("full")
        try? dropTablespace(run)
      },
    ]
  }

  /// A tablespace `small` on a volume of its own.
  private static func tablespace(on volume: Volume, _ run: CaseRun) throws {
    try volume.give(to: run.bench.server.local.dataFolder)
    let admin = try run.bench.connect()
    defer { admin.close() }
    try admin.execute("CREATE TABLESPACE small LOCATION \(literal: volume.path + "/space")")
    try admin.execute("GRANT CREATE ON TABLESPACE small TO \(unsafe: ScratchServer.role)")
  }

  private static func dropTablespace(_ run: CaseRun) throws {
    let admin = try run.bench.connect()
    defer { admin.close() }
    try admin.executeScript("DROP TABLE IF EXISTS events; DROP SCHEMA IF EXISTS sluice CASCADE")
    try admin.execute("DROP TABLESPACE small")
  }

  /// The obstacle is out of the way: the rest has to come.
  static func resumed(_ trial: Trial) throws {
    trial.interruptions += 1
    guard let last = trial.endings.last else { return }
    try trial.settle(last)
    try trial.judge()
  }

  /// With a setting for the role of the program under test.
  static func withRole(_ setting: String, _ run: CaseRun, _ body: () throws -> Void) throws {
    let admin = try run.bench.connect()
    defer {
      _ = try? admin.execute("ALTER ROLE \(unsafe: ScratchServer.role) RESET ALL")
      admin.close()
    }
    try admin.execute("ALTER ROLE \(unsafe: ScratchServer.role) SET \(unsafe: setting)")
    try body()
  }

  /// While somebody else has the table locked.
  static func locked(_ run: CaseRun, _ mode: String, _ body: () throws -> Void) throws {
    let other = try run.bench.connect()
    defer { other.close() }
    try other.execute("BEGIN")
    try other.execute("LOCK TABLE events IN \(unsafe: mode) MODE")
    try body()
  }
}
