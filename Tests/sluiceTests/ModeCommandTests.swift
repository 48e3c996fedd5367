import Foundation
import Postgres
import Records
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("Modes on the command line") struct ModeCommands {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func prepare(_ table: String = "CREATE TABLE things (id int4 PRIMARY KEY, name text)") throws {
      try bench.write(yaml(["id int4", "name text"], into: "{ table: things, mode: sync, key: id }"), to: "p.yaml")
      try bench.sql("\(table); INSERT INTO things SELECT i, 'old' FROM generate_series(1, 10) i")
      try bench.write((5...12).map { #"{"id": \#($0), "name": "\#($0 < 8 ? "old" : "new")"}"# }.joined(separator: "\n"))
    }

    @Test("sync says what it would delete, and goes on with --yes as its message says")
    func guarded() throws {
      try prepare()
      let run = try bench.sluice("run", "p.yaml", "--progress", "none")
      #expect(run.status == Records.ExitStatus.refused.rawValue)
      #expect(run.errors.contains("4 of 10 rows are not in the source and would be deleted; the limit is 20 %"))
      let id = try bench.onlyRun()
      #expect(run.errors.contains("sluice resume \(id) --yes"))
      let again = try bench.sluice("resume", id, "--progress", "none")
      #expect(again.status == Records.ExitStatus.refused.rawValue, "the limit stays what it was")
      let resumed = try bench.sluice("resume", id, "--yes", "--progress", "none")
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(
        resumed.output.contains(
          "    inserted 2, updated 3, unchanged 3, deleted 4, repeated keys skipped 0\n"))
      #expect(
        resumed.output.contains(
          "    deleted rows come back by: zstd -dc runs/\(id)/deleted/things.copy.zst | psql 'host=")
      )
      #expect(try bench.count() == 8)
      let finished = try bench.sluice("resume", id, "--progress", "none")
      #expect(finished.status == 0 && finished.output.contains("deleted 4"))
    }

    @Test("--max-delete takes a number or a share, and is remembered by the run", arguments: ["4", "40%", "39.9%"])
    func limit(_ limit: String) throws {
      try prepare()
      let run = try bench.sluice("run", "p.yaml", "--max-delete", limit, "--json", "--progress", "none")
      #expect((run.status == 0) == (limit != "39.9%"))
      let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      let part = try #require((report["datasets"] as? [[String: Any]])?.first)
      #expect(part["deleted"] as? Int == (run.status == 0 ? 4 : nil))
      let plan = try bench.text("runs/\(try bench.onlyRun())/run.json")
      #expect(plan.contains(#""maxDelete" : "\#(limit.replacing("40%", with: "40.0%"))""#), "\(plan)")
    }

    @Test("--max-delete refuses what is neither", arguments: ["x", "-1", "101%", ""])
    func wrongLimit(_ limit: String) throws {
      try prepare()
      #expect(try bench.sluice("run", "p.yaml", "--max-delete", limit).status == Records.ExitStatus.usage.rawValue)
    }

    @Test("--allow-unlogged lets a run into an UNLOGGED table")
    func unlogged() throws {
      try prepare("CREATE UNLOGGED TABLE things (id int4 PRIMARY KEY, name text)")
      let refused = try bench.sluice("run", "p.yaml", "--yes", "--progress", "none")
      #expect(refused.status == Records.ExitStatus.refused.rawValue && refused.errors.contains("[load.unlogged]"))
      #expect(try bench.sluice("run", "p.yaml", "--yes", "--allow-unlogged", "--progress", "none").status == 0)
    }
  }
}
