import Foundation
import Postgres
import Records
import TestSupport
import Testing

extension CommandLineTests {
  /// What comes from outside while a run goes on.
  @Suite("An interruption") struct Interruptions {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.write("[{\"id\": 1}]")
    }

    /// Returns once the database answers `query` with `value`.
    private func awaitAnswer(_ query: String, _ value: String) throws {
      while try bench.scalar(query) != value { _ = try bench.scalar("SELECT pg_sleep(0.02)") }
    }

    /// A run that waits for a lock, somewhere in its load; `other` has it.
    private func startBlocked(_ other: Connection, _ arguments: String...) throws -> Program {
      try bench.sql("CREATE TABLE things (id int4)")
      try bench.write(yaml(["id int4"], into: "{ table: things, mode: append }"), to: "p.yaml")
      try other.execute("BEGIN")
      try other.execute("LOCK TABLE things IN SHARE MODE")
      let program = try bench.start(["run", "p.yaml"] + arguments)
      try awaitAnswer("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'things'::regclass", "1")
      return program
    }

    @Test(
      "by a signal stops a run that waits for the server, rolls back, and is told by the status",
      arguments: [true, false])
    func whileLoading(_ isInterrupt: Bool) throws {
      let other = try bench.database.connect()
      let program = try startBlocked(other)
      if isInterrupt { program.interrupt() } else { program.terminate() }
      let ended = program.wait()
      try other.execute("ROLLBACK")
      #expect(!ended.wasKilled)
      #expect(ended.status == (isInterrupt ? Records.ExitStatus.interrupted : .terminated).rawValue)
      #expect(ended.errors.contains("stopping; once more ends at once"))
      #expect(ended.output.hasPrefix("interrupted: test, run "), "\(ended.output)")
      #expect(try bench.count() == 0)
      #expect(try bench.count("sluice.slices") == 0)
      let report = try bench.text("runs/\(bench.onlyRun())/report.json")
      #expect(report.contains("\"outcome\" : \"interrupted\""))
      #expect(report.contains("\"exit\" : \(ended.status),"), "the report has the status of the process")
    }

    @Test("by the server is made up for by another session, and every record is there once")
    func sessionReplaced() throws {
      let other = try bench.database.connect()
      let program = try startBlocked(other)
      for _ in 0..<3 {
        try bench.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
        try awaitAnswer("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'things'::regclass", "1")
      }
      try other.execute("ROLLBACK")
      let ended = program.wait()
      #expect(ended.status == 0, "\(ended.output)")
      #expect(ended.errors.contains("; trying again for 300.0 s\n"), "\(ended.errors)")
      #expect(try bench.count() == 1)
    }

    @Test("of the session that has the table's lock is made up for while slices load, and others see the run at work")
    func lockSessionReplaced() throws {
      let other = try bench.database.connect()
      let program = try startBlocked(other)
      let holder = """
        (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """
      let former = try #require(try bench.scalar("SELECT \(holder)"))
      try bench.sql("SELECT pg_terminate_backend(\(former))")
      try awaitAnswer("SELECT \(holder) <> \(former)", "t")
      let second = try bench.sluice("run", "p.yaml", "--run-id", "second")
      #expect(second.status == Records.ExitStatus.refused.rawValue, "\(second.output)")
      let run = try bench.rows("SELECT run FROM sluice.runs")
      #expect(second.errors.contains("run \(run[0][0] ?? "") (server process"), "\(second.errors)")
      try other.execute("ROLLBACK")
      #expect(program.wait().status == 0)
      #expect(try bench.count() == 1)
    }

    @Test("by a signal ends a run also where nobody can write to the ledger")
    func lockedLedger() throws {
      let name = try #require(bench.database.settings.database)
      // The user's own bound stays in sessions of a run, and would be waited for.
      try bench.sql("ALTER DATABASE \(name) SET lock_timeout = '1d'")
      let other = try bench.database.connect()
      let program = try startBlocked(other)
      let ledger = try bench.database.connect()
      try ledger.begin()
      try ledger.execute("LOCK TABLE sluice.runs")
      program.interrupt()
      let ended = program.wait()
      #expect(ended.status == Records.ExitStatus.interrupted.rawValue, "\(ended.output)")
      let status = try bench.sluice("status")
      #expect(status.output.contains("what is committed is not known: "), "\(status.output)")
      ledger.close()
      try other.execute("ROLLBACK")
    }

    @Test("by the server ends a run that has no patience with the status of the database, and nothing half done")
    func sessionEnded() throws {
      let other = try bench.database.connect()
      let program = try startBlocked(other, "--retry-for", "0")
      try bench.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
      let ended = program.wait()
      try other.execute("ROLLBACK")
      #expect(ended.status == Records.ExitStatus.database.rawValue)
      #expect(ended.errors.hasSuffix("[postgres.shuttingDown]\n"), "\(ended.errors)")
      #expect(ended.output.contains("resume: sluice resume \(try bench.onlyRun())\n"))
      #expect(try bench.count() == 0)
    }

    @Test("by SIGKILL leaves whole slices and no file that looks complete, and the next run is not hindered")
    func killed() throws {
      let other = try bench.database.connect()
      let program = try startBlocked(other)
      program.kill()
      #expect(program.wait().wasKilled)
      try other.execute("ROLLBACK")
      // Its sessions end when the server notices: then this one and the other are left.
      try awaitAnswer("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()", "2")
      #expect(try bench.count() == 0)
      #expect(try bench.count("sluice.slices") == 0)
      let folder = "runs/\(try bench.onlyRun())"
      for name in ["manifest.jsonl", "report.json", "SHA256SUMS"] { #expect(!bench.exists("\(folder)/\(name)")) }
      #expect(try bench.sluice("run", "p.yaml").status == 0)
      #expect(try bench.count() == 1)
    }

    @Test("by a signal stops a run that waits for its source")
    func whileReading() throws {
      try bench.write(yaml(["id int4"], from: "{ file: \"-\" }", into: created), to: "p.yaml")
      let pipe = Pipe()
      try pipe.fileHandleForWriting.write(contentsOf: Data("[{\"id\": 1},".utf8))
      let program = try bench.start(["run", "p.yaml"], input: pipe.fileHandleForReading)
      try awaitAnswer("SELECT count(*) FROM pg_class WHERE relname = 'things'", "1")
      program.interrupt()
      let ended = program.wait()
      #expect(ended.status == Records.ExitStatus.interrupted.rawValue)
      #expect(ended.output.hasPrefix("interrupted: test, run "), "\(ended.output)")
      #expect(try bench.count() == 0)
      try pipe.fileHandleForWriting.close()
    }

    @Test("by a signal stops a run whose source is blanks without an end")
    func whileUnpacking() throws {
      try bench.write(yaml(["id int4"], from: "{ file: \"-\" }", into: created), to: "p.yaml")
      let (source, pipe) = (Process(), Pipe())
      source.executableURL = URL(fileURLWithPath: "/bin/sh")
      source.arguments = ["-c", "(printf '[{\"id\": 1}'; exec yes ' ') | gzip -1"]
      source.standardOutput = pipe
      try source.run()
      let program = try bench.start(["run", "p.yaml", "--backup", "none"], input: pipe.fileHandleForReading)
      try awaitAnswer("SELECT count(*) FROM pg_class WHERE relname = 'things'", "1")
      program.interrupt()
      let ended = program.wait()
      #expect(ended.status == Records.ExitStatus.interrupted.rawValue, "\(ended.output)")
      #expect(try bench.count() == 0)
      try pipe.fileHandleForReading.close()
      source.waitUntilExit()
    }

    @Test("by another run that took the table ends a run that waits for its source, and names that one")
    func overtaken() throws {
      try bench.write(yaml(["id int4"], from: "{ file: \"-\" }", into: created), to: "p.yaml")
      let pipe = Pipe()
      let program = try bench.start(["run", "p.yaml"], input: pipe.fileHandleForReading)
      try awaitAnswer("SELECT count(*) FROM pg_class WHERE relname = 'things'", "1")
      try bench.sql("UPDATE sluice.targets SET epoch = epoch + 1, run = 'later'")
      let ended = program.wait()
      #expect(ended.status == Records.ExitStatus.refused.rawValue, "\(ended.output)")
      #expect(ended.errors.contains("run later has taken this table over") && !ended.output.contains("resume: "))
      try pipe.fileHandleForWriting.close()
    }

    @Test("by a signal stops a run that waits for somebody to write to a named pipe")
    func whileOpening() throws {
      try bench.write(yaml(["id int4"], from: "{ file: pipe }", into: created), to: "p.yaml")
      try #require(mkfifo(bench.path("pipe"), 0o600) == 0)
      let program = try bench.start(["run", "p.yaml"])
      try awaitAnswer("SELECT count(*) FROM pg_class WHERE relname = 'things'", "1")
      program.interrupt()
      let ended = program.wait()
      #expect(ended.status == Records.ExitStatus.interrupted.rawValue, "\(ended.output)")
      #expect(try bench.count() == 0)
    }
  }
}
