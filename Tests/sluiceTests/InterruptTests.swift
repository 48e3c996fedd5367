import Foundation
import Postgres
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("A signal") struct Interrupt {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.write("[{\"id\": 1}]")
    }

    /// Returns once the program waits for a lock.
    private func awaitLock() throws {
      let waiting =
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database "
        + "WHERE datname = current_database())"
      while try bench.scalar(waiting) == "0" { _ = try bench.scalar("SELECT pg_sleep(0.02)") }
    }

    @Test("stops a run that waits for the server, rolls back, and is told by the status", arguments: [true, false])
    func whileLoading(_ isInterrupt: Bool) throws {
      try bench.sql("CREATE TABLE things (id int4)")
      try bench.write(yaml(["id int4"], into: "{ table: things, mode: append }"), to: "p.yaml")
      let other = try bench.database.connect()
      try other.execute("BEGIN")
      try other.execute("LOCK TABLE things IN SHARE MODE")
      let program = try bench.start(["run", "p.yaml"])
      try awaitLock()
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

    @Test("stops a run that waits for its source")
    func whileReading() throws {
      try bench.write(yaml(["id int4"], from: "{ file: \"-\" }", into: created), to: "p.yaml")
      let pipe = Pipe()
      try pipe.fileHandleForWriting.write(contentsOf: Data("[{\"id\": 1},".utf8))
      let program = try bench.start(["run", "p.yaml"], input: pipe.fileHandleForReading)
      while try bench.scalar("SELECT to_regclass('things')::text") == nil {
        _ = try bench.scalar("SELECT pg_sleep(0.02)")
      }
      program.interrupt()
      let ended = program.wait()
      #expect(ended.status == Records.ExitStatus.interrupted.rawValue)
      #expect(ended.output.hasPrefix("interrupted: test, run "), "\(ended.output)")
      #expect(try bench.count() == 0)
      try pipe.fileHandleForWriting.close()
    }
  }
}
