import Foundation
import Postgres
import Records
import TestSupport
import Testing

extension CommandLineTests {
  /// What is told beside the result.
  @Suite("Standard error") struct StandardError {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func prepare(_ source: String = #"[{"id": 1}, {"id": "x"}]"#) throws {
      try bench.write(yaml(["id int4"], into: created), to: "p.yaml")
      try bench.write(source)
    }

    /// What fails, and with which code.
    private static let failures: [(arguments: [String], code: String)] = [
      (["run", "p.yaml"], "run.budget"), (["run", "p.yaml", "--dataset", "nosuch"], "run.dataset"),
      (["run", "p.yaml", "--dry-run"], "run.budget"), (["verify", "p.yaml", "--run-id", "nosuch"], "run.state"),
      (["extract", "p.yaml", "--run-id", "failed"], "run.taken"),
      (["transform", "p.yaml", "--run-id", "nosuch"], "run.state"), (["resume", "nosuch"], "run.state"),
      (["status", "nosuch"], "run.state"), (["rejects", "list", "nosuch"], "run.state"),
      (["rejects", "show", "nosuch"], "run.state"), (["rejects", "replay", "nosuch"], "run.state"),
      (["rejects", "show", "failed", "--record", "7"], "command.usage"),
      (["backup", "verify", "nosuch"], "run.state"), (["backup", "restore", "nosuch", "--output", "x"], "run.state"),
      (["explain", "nosuchcode"], "command.usage"), (["run", "nosuch.yaml"], "pipeline.unreadable"),
    ]

    @Test("has the error of every command, once, and standard output has none", arguments: failures)
    func errors(_ failure: (arguments: [String], code: String)) throws {
      try prepare()
      _ = try bench.sluice("run", "p.yaml", "--run-id", "failed")
      let ended = try bench.start(failure.arguments).wait()
      let errors = ended.errors.split(separator: "\n")
      #expect(errors.filter { $0.hasPrefix("error: ") }.count == 1, "\(ended.errors)")
      #expect(errors.last?.hasSuffix("[\(failure.code)]") == true, "\(ended.errors)")
      #expect(!ended.output.contains("error: "), "\(ended.output)")
      if failure.code == "run.state" { #expect(ended.status == Records.ExitStatus.resume.rawValue) }
    }

    @Test(
      "says nothing of a run that was not begun but why", arguments: [["--dataset", "nosuch"], ["--run-id", "one"]])
    func notBegun(_ more: [String]) throws {
      try prepare("[]")
      try #require(try bench.sluice("run", "p.yaml", "--run-id", "one").status == 0)
      let ended = try bench.start(["run", "p.yaml"] + more).wait()
      #expect(ended.status != 0 && !ended.output.contains("failed") && !ended.output.contains("files:"))
    }

    @Test("is JSON on every line where log lines are, also of errors, notices and a signal")
    func json() throws {
      try prepare()
      let ended = try bench.sluice("run", "p.yaml", "--log-format", "json", "--verbose")
      let objects = try ended.errors.split(separator: "\n").map(object)
      #expect(objects.last?["level"] as? String == "error" && objects.last?["code"] as? String == "run.budget")
      #expect(objects.last?["place"] as? String == "dataset things, line 1, byte 12, /id")
      let missing = try bench.sluice("rejects", "list", "nosuch", "--log-format", "json")
      #expect(try object(missing.errors[...])["code"] as? String == "run.state")
      try bench.sql("BEGIN; LOCK TABLE things IN SHARE MODE")
      let program = try bench.start(["run", "p.yaml", "--log-format", "json", "--on-error", "reject"])
      try bench.awaitLockWait()
      program.interrupt()
      let stopped = program.wait()
      try bench.sql("ROLLBACK")
      #expect(stopped.status == Records.ExitStatus.interrupted.rawValue)
      #expect(
        try object(stopped.errors.split(separator: "\n").last ?? "")["message"] as? String
          == "stopping; once more ends at once")
    }

    private func object(_ line: Substring) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }

    @Test(
      "gives --json a document also where nothing was begun", arguments: [["run", "bad.yaml"], ["resume", "nosuch"]])
    func document(_ arguments: [String]) throws {
      try bench.write("pipeline: 5\n", to: "bad.yaml")
      let ended = try bench.start(arguments + ["--json"]).wait()
      let report = try object(ended.output[...])
      #expect(report["exit"] as? Int32 == ended.status && report["outcome"] as? String == "failed")
      #expect((report["error"] as? [String: Any])?["code"] as? String != nil && ended.errors.hasPrefix("error: "))
    }

    @Test("of a terminal shows no line of the log behind the progress line")
    func terminal() throws {
      try bench.sql("CREATE TABLE things (id int4)")
      try bench.write(yaml(["id int4"], into: "{ table: things, mode: append }"), to: "p.yaml")
      try bench.write("[{\"id\": 1}]")
      let other = try bench.database.connect()
      try other.execute("BEGIN")
      try other.execute("LOCK TABLE things IN SHARE MODE")
      var environment = bench.sluiceEnvironment
      (environment["TERM"], environment["SHELL"]) = ("xterm", "/bin/sh")
      let call = "stty cols 80; exec '\(Workbench.sluice)' run p.yaml"
      let program = try Program(
        "script", ["--quiet", "--return", "--flush", "--command", call, "typescript"], in: bench.folder,
        environment: environment)
      func shown() -> String { (try? bench.text("typescript")) ?? "" }
      while !shown().contains("things: loading") { _ = try bench.scalar("SELECT pg_sleep(0.02)") }
      try bench.awaitLockWait()
      try bench.endLockWaits()
      while !shown().contains("trying again") { _ = try bench.scalar("SELECT pg_sleep(0.02)") }
      try other.execute("ROLLBACK")
      let ended = program.wait()
      #expect(ended.status == 0, "\(shown())")
      let before = try #require(shown().firstRange(of: "warning: "))
      #expect(shown()[..<before.lowerBound].hasSuffix("\r\u{1B}[K"), "\(shown())")
      #expect(shown().components(separatedBy: "trying again").count == 2, "it is told once")
      #expect(shown().components(separatedBy: "error: ").count == 1)
    }

    @Test("has what PostgreSQL says in detail, with --verbose, in every command that loads")
    func detail() throws {
      try bench.sql("CREATE TABLE things (id int4 CHECK (id < 2))")
      try bench.write(yaml(["id int4"], into: "{ table: things, mode: append }"), to: "p.yaml")
      try bench.write("[{\"id\": 1}, {\"id\": 2}]")
      let detail = "DETAIL: Failing row contains (2)."
      let run = try bench.sluice("run", "p.yaml", "--run-id", "one", "--keep-stages", "--verbose")
      #expect(run.status == Records.ExitStatus.data.rawValue && run.errors.contains(detail), "\(run.errors)")
      #expect(try bench.sluice("resume", "one", "--verbose").errors.contains(detail))
      #expect(!(try bench.sluice("resume", "one").errors.contains("Failing row")))
      #expect(try bench.sluice("resume", "one", "--on-error", "reject").status == Records.ExitStatus.rejects.rawValue)
      let replay = try bench.sluice("rejects", "replay", "one", "--on-error", "stop", "--verbose")
      #expect(replay.status == Records.ExitStatus.data.rawValue && replay.errors.contains(detail), "\(replay.errors)")
      let rows = "runs/one/stages/things.rows.pgcopy.zst"
      let load = try bench.sluice("load", "p.yaml", "--dataset", "things", "--input", rows, "--verbose")
      #expect(load.status == Records.ExitStatus.data.rawValue && load.errors.contains(detail), "\(load.errors)")
    }
  }
}
