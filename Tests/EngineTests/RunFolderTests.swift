import Engine
import Foundation
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What a run leaves behind: its folder and its rows in the ledger.
  @Suite("Traces") struct Traces {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private let pipeline = yaml(["id int4", "t text"], into: created)
    private let source =
      "[\r\n" + (0..<300).map { #"{"id": \#($0), "t": "é\n😀"}"# }.joined(separator: " ,\n") + "  ]\n\n"

    private func json(_ name: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(bench.read(name))) as? [String: Any])
    }

    private func mode(_ path: String) throws -> Int {
      try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("the folder holds plan, report, backup, manifest and sums; other tools restore and check them")
    func folder() async throws {
      try bench.write(source)
      let report = try await bench.run(pipeline)
      try expectVerified(report, rows: 300)
      let folder = bench.path("runs/\(report.run)")
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
      #expect(
        names == [
          "SHA256SUMS", "backup", "backup/things.json.zst", "events.ndjson", "manifest.jsonl", "report.json",
          "run.json",
        ])
      for name in names { #expect(try mode("\(folder)/\(name)") == (name == "backup" ? 0o700 : 0o600), "\(name)") }
      #expect(try mode(folder) == 0o700)
      try call("zstd", "-q", "-d", "\(folder)/backup/things.json.zst", "-o", bench.path("restored"))
      #expect(try bench.text("restored") == source)
      try call("sha256sum", "--status", "--strict", "-c", "SHA256SUMS", in: folder)
      let sums = try bench.text("runs/\(report.run)/SHA256SUMS").split(separator: "\n").map {
        $0.split(separator: " ").last
      }
      #expect(sums == ["backup/things.json.zst", "events.ndjson", "manifest.jsonl", "report.json", "run.json"])
    }

    @Test("report.json is the report, and has what the contract names")
    func report() async throws {
      try bench.write(source)
      let report = try await bench.run(pipeline)
      #expect(try bench.text("runs/\(report.run)/report.json") == report.json)
      let document = try json("runs/\(report.run)/report.json")
      let keys = ["run", "pipeline", "outcome", "exit", "seconds", "datasets", "differences"]
      for key in keys { #expect(document[key] != nil, "\(key)") }
      #expect(document["outcome"] as? String == "verified")
      #expect((document["differences"] as? [Any])?.isEmpty == true)
      let part = try #require((document["datasets"] as? [[String: Any]])?.first)
      #expect(part["dataset"] as? String == "things" && part["table"] as? String == "public.things")
      #expect(part["bytes"] as? Int == source.utf8.count)
      #expect(["read", "loaded", "rejected", "filtered", "warnings"].map { part[$0] as? Int } == [300, 300, 0, 0, 0])
      let stages = try #require(part["stages"] as? [String: [String: Double]])
      #expect(stages.keys.sorted() == ["backup", "extract", "load", "transform", "validate", "verify"])
      #expect(stages.values.allSatisfy { $0["seconds"] != nil && $0["waiting"] != nil })
      let parity = try #require(part["parity"] as? [String: Any])
      #expect(parity["mode"] as? String == "strict")
      #expect((parity["differences"] as? [Any])?.isEmpty == true)
      let expected = try #require(parity["expected"] as? [String: Any])
      let actual = try #require(parity["actual"] as? [String: Any])
      #expect(expected["rows"] as? Int == 300 && actual["rows"] as? Int == 300)
      #expect((expected["digest"] as? String)?.count == 32)
      #expect(expected["digest"] as? String == actual["digest"] as? String)
      let plan = try json("runs/\(report.run)/run.json")
      #expect(plan["run"] as? String == report.run && plan["instant"] != nil)
    }

    @Test("the ledger's slices lie end to end over the source, and add up to the table")
    func ledger() async throws {
      try bench.write(source)
      let report = try await bench.run(pipeline)
      #expect(
        try bench.rows("SELECT slice, byte_from, byte_to, read, loaded, rejected, filtered FROM sluice.slices")
          == [["0", "0", "\(source.utf8.count)", "300", "300", "0", "0"]])
      #expect(
        try bench.rows(
          "SELECT run, dataset, pipeline, target, mode, outcome, source_bytes, source_sha256 FROM sluice.runs")
          == [
            [
              report.run, "things", "test", "public.things", "replace", "verified", "\(source.utf8.count)",
              try part(report).sha256,
            ]
          ])
    }

    @Test("an id that the ledger has already is refused, and leaves no folder behind")
    func takenID() async throws {
      try bench.write(#"[{"id": 1}]"#)
      for place in ["runs", "elsewhere"] {
        let report = try await bench.run(pipeline) { options in
          options.runID = "mine"
          if place == "elsewhere" { options.runFolder += "-elsewhere" }
        }
        if place == "runs" { try expectVerified(report, rows: 1) } else { expectFailed(report, .refused, "run.taken") }
      }
      #expect(!bench.exists("runs-elsewhere"))
      #expect(try bench.count() == 1)
    }

    @Test("--backup none writes no archive and no manifest, and is verified all the same")
    func noBackup() async throws {
      try bench.write(#"[{"id": 1}, {"id": 2, "t": 3}]"#)
      let report = try await bench.run(pipeline) { options in
        options.backsUp = false
        options.onError = .reject
      }
      try expectVerified(report, rows: 1, rejected: 1)
      let names = try FileManager.default.subpathsOfDirectory(atPath: bench.path("runs/\(report.run)")).sorted()
      #expect(names == ["SHA256SUMS", "events.ndjson", "rejects", "rejects/things.ndjson", "report.json", "run.json"])
    }

    @Test("without a backup a record that PostgreSQL refused is fetched from the source itself")
    func refusedWithoutBackup() async throws {
      try bench.sql("CREATE TABLE things (id int4 CHECK (id <> 2))")
      try bench.write(#"[{"id": 1}, {"id":  2 }]"#)
      let report = try await bench.run(yaml(["id int4"])) { options in
        options.backsUp = false
        options.onError = .reject
      }
      try expectVerified(report, rows: 1, rejected: 1)
      #expect(try bench.rejects(of: report).map(\.raw) == [#"{"id":  2 }"#])
    }

    @Test("--verify none is called loaded, not verified")
    func noVerification() async throws {
      try bench.write(source)
      let report = try await bench.run(pipeline) { $0.verifies = false }
      #expect(report.outcome == .loaded && report.exit == Records.ExitStatus.success.rawValue && report.error == nil)
      let parity = try #require(try part(report).parity)
      #expect(parity.mode == .unverified && parity.actual == nil && parity.expected.rows == 300)
      #expect(try part(report).stages["verify"] == nil)
      #expect(try bench.scalar("SELECT outcome FROM sluice.runs") == "loaded")
      try expectVerified(try await bench.verify(pipeline), rows: 300)
    }

    @Test("--dry-run reads and checks everything and writes nothing: no table, no ledger, no folder")
    func dryRun() async throws {
      try bench.write(source)
      let report = try await bench.run(pipeline) { $0.isDryRun = true }
      #expect(report.outcome == .dryRun && report.exit == Records.ExitStatus.success.rawValue && report.error == nil)
      #expect(try part(report).read == 300)
      #expect(try bench.scalar("SELECT to_regclass('things')::text") == nil)
      #expect(try bench.scalar("SELECT to_regnamespace('sluice')::text") == nil)
      #expect(!bench.exists("runs"))
    }

    @Test("--dry-run finds what a run would stop at, and leaves a table as it is")
    func dryRunFinds() async throws {
      try bench.sql("CREATE TABLE things (id int4, t text); INSERT INTO things VALUES (-1)")
      try bench.write(#"[{"id": 1}, {"id": "x"}, {"id": 3}]"#)
      expectFailed(try await bench.run(pipeline) { $0.isDryRun = true }, .data, "run.budget")
      let report = try await bench.run(pipeline) { options in
        options.isDryRun = true
        options.onError = .reject
      }
      #expect(report.outcome == .dryRun && report.exit == Records.ExitStatus.rejects.rawValue)
      #expect(try part(report).read == 3 && part(report).rejected == 1)
      let rejects = try #require(try part(report).rejects)
      #expect(rejects.groups.map(\.rule) == ["type.int4"] && rejects.groups.map(\.count) == [1])
      #expect(rejects.records.map(\.ordinal) == [1] && rejects.records[0].pointer == "/id")
      #expect(rejects.records[0].raw == nil)
      try bench.write("[{}")
      expectFailed(try await bench.run(pipeline) { $0.isDryRun = true }, .source, "source.truncated")
      #expect(try bench.rows("SELECT id FROM things") == [["-1"]])
      #expect(!bench.exists("runs"))
    }

    @Test("folders named in the pipeline are archived beside the sources")
    func include() async throws {
      try FileManager.default.createDirectory(atPath: bench.path("uploads/inner"), withIntermediateDirectories: true)
      try bench.write("picture", to: "uploads/inner/a.png")
      try bench.write("[]")
      let report = try await bench.run(pipeline + "backup: { level: 3, include: [./uploads] }\n")
      try expectVerified(report, rows: 0)
      let folder = bench.path("runs/\(report.run)")
      let archives = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/backup").sorted()
      let archive = try #require(archives.first { $0.contains("uploads") }, "\(archives)")
      try call("sh", "-c", "zstd -q -d -c \(folder)/backup/\(archive) | tar -x -C \(bench.folder) --one-top-level=out")
      try call("diff", "-r", bench.path("uploads"), bench.path("out/uploads"))
    }

    @Test("a report of a failed run is written too, with its error")
    func failed() async throws {
      try bench.write("[{},{]")
      let report = try await bench.run(pipeline)
      #expect(report.outcome == .failed)
      let document = try json("runs/\(report.run)/report.json")
      #expect(document["exit"] as? Int == 8)
      #expect((document["error"] as? [String: Any])?["code"] as? String == "source.malformed")
      try call("sha256sum", "--status", "--strict", "-c", "SHA256SUMS", in: bench.path("runs/\(report.run)"))
    }
  }
}
