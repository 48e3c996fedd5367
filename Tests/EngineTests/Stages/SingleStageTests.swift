import Engine
import Foundation
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Stages that touch no database, one at a time.
  @Suite("Single stages") struct SingleStages {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private static let small = yaml(
      ["place int8, at: $ordinal", "id int4, required: true", "at timestamptz, default: $now"],
      into: "{ table: things, mode: append }")

    private func stages(_ pipeline: String, through last: Stage = .validate) async throws -> Report {
      var report = try await bench.stage(.extract, pipeline, run: nil)
      expectStaged(report)
      for stage in [Stage.transform, .validate] where stage == .transform || last == .validate {
        report = try await bench.stage(stage, pipeline, run: report.run)
        expectStaged(report)
      }
      return report
    }

    private func files(_ report: Report) throws -> [String] {
      let folder = bench.path("runs/\(report.run)")
      let names = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
      return names.filter { $0.contains(".") }.sorted()
    }

    @Test("leave their files, the backup, the rejects and sums that fit", arguments: StageSample.all)
    func files(_ sample: StageSample) async throws {
      try bench.write(sample.source)
      let report = try await stages(sample.pipeline(mode: "append"))
      var expected = [
        "backup/things.json.zst", "events.ndjson", "manifest.jsonl", "report.json", "run.json",
        "stages/things.records.ndjson.zst", "stages/things.rows.pgcopy.zst",
      ]
      if try part(report).rejected > 0 { expected.append("rejects/things.ndjson") }
      let found = try files(report)
      #expect(found == expected.sorted())
      try call("sha256sum", "--quiet", "-c", "SHA256SUMS", in: bench.path("runs/\(report.run)"))
      let counts = try part(report)
      #expect(counts.read == counts.loaded + counts.rejected + counts.filtered)
      #expect(counts.bytes == sample.source.utf8.count)
      // The server has not said its word yet, and nothing has gone there.
      #expect(try bench.scalar("SELECT to_regclass('sluice.runs')") == nil)
    }

    @Test("need no database at all")
    func withoutDatabase() async throws {
      try bench.write(#"[{"id": 1}]"#)
      var id: String?
      for stage in [Stage.extract, .transform, .validate] {
        let report = try await bench.stage(stage, Self.small, run: id) {
          $0.environment = ["PGHOST": "/nowhere", "PGPORT": "1"]
        }
        expectStaged(report)
        id = report.run
      }
    }

    @Test("write rows that psql loads, every type of them")
    func psql() async throws {
      // The types of the target are known to nobody here; an array of them gets its type at load.
      let samples = TypeSample.all.filter {
        !["score", "price", "mood[]"].contains($0.type) && !$0.sql.hasSuffix(")[]")
      }
      let columns = ["id int8"] + samples.map { "\($0.column) \($0.type)" }
      try bench.sql(TypeSample.prelude)
      try bench.sql(
        "CREATE TABLE things (id int8, \(samples.map { "\($0.column) \($0.sql)" }.joined(separator: ", ")))")
      try bench.sql("CREATE TABLE copied (LIKE things)")
      try bench.write(TypeSample.source)
      let pipeline = yaml(columns, into: "{ table: things, mode: append }")
      let report = try await stages(pipeline)
      let settings = bench.database.settings
      let load = """
        zstd -dc \(bench.path("runs/\(report.run)/stages/things.rows.pgcopy.zst")) | \
        psql -q -v ON_ERROR_STOP=1 -h \(settings.host ?? "") -p \(settings.port ?? "") -U \(settings.user ?? "") \
        -d \(settings.database ?? "") -c '\\copy copied from stdin (format binary)'
        """
      try call("sh", "-c", load)
      try expectVerified(try await bench.run(pipeline), rows: 4)
      #expect(try bench.count("copied") == 4)
      #expect(
        try bench.scalar("SELECT count(*) FROM things JOIN copied USING (id) WHERE things::text = copied::text") == "4")
    }

    @Test("write records that jq reads")
    func jq() async throws {
      try bench.write("[\n {\"id\": 1,\r\n \"a\": [\n1]}, {\"id\": 2}\n]")
      let report = try await bench.stage(.extract, Self.small, run: nil)
      let file = bench.path("runs/\(report.run)/stages/things.records.ndjson.zst")
      let ended = try Program("sh", ["-c", "zstd -dc \(file) | jq -c ."]).wait()
      #expect(ended.output == "{\"id\":1,\"a\":[1]}\n{\"id\":2}\n")
    }

    @Test("refuse a file of another pipeline, another dataset, other columns or other rules")
    func foreign() async throws {
      try bench.write(#"[{"id": 1}]"#)
      let report = try await stages(Self.small)
      let others = [
        Self.small.replacing("pipeline: test", with: "pipeline: toast"),
        Self.small.replacing(", required: true", with: ""),
        Self.small.replacing("type: \"int4\"", with: "type: \"int8\""),
        Self.small + "    rules: [{ rule: unique, of: id }]\n",
      ]
      for other in others {
        expectFailed(try await bench.stage(.validate, other, run: report.run), .resume, "stage.foreign")
      }
      // What transform makes does not depend on rules.
      expectStaged(try await bench.stage(.transform, Self.small, run: report.run))
      expectStaged(try await bench.stage(.validate, others[3], run: report.run))
      // What extract found does not depend on columns and rules.
      for other in others.dropFirst() { expectStaged(try await bench.stage(.transform, other, run: report.run)) }
      expectFailed(try await bench.stage(.transform, others[0], run: report.run), .resume, "stage.foreign")
    }

    @Test("refuse a damaged file, a cut one, none, and the wrong one of the two")
    func damaged() async throws {
      try bench.write("[" + (0..<300).map { #"{"id": \#($0)}"# }.joined(separator: ",") + "]")
      let report = try await stages(Self.small)
      let name = "runs/\(report.run)/stages/things.rows.pgcopy.zst"
      let whole = try bench.read(name)
      var changed = whole
      changed[whole.count / 2] ^= 4
      try bench.write(changed, to: name)
      expectFailed(try await bench.stage(.validate, Self.small, run: report.run), .storage, "stage.damaged")
      try bench.write(Array(whole.dropLast(70)), to: name)
      expectFailed(try await bench.stage(.validate, Self.small, run: report.run), .storage, "stage.incomplete")
      #expect(try bench.read(name) == Array(whole.dropLast(70)))
      try bench.write([], to: name)
      expectFailed(try await bench.stage(.validate, Self.small, run: report.run), .storage, "stage.format")
      try FileManager.default.removeItem(atPath: bench.path(name))
      let none = try await bench.stage(.validate, Self.small, run: report.run)
      expectFailed(none, .storage, "stage.missing")
      let other = try await bench.stage(.validate, Self.small, run: report.run) {
        $0.input = bench.path("runs/\(report.run)/stages/things.records.ndjson.zst")
      }
      expectFailed(other, .storage, "stage.format")
    }

    @Test("stop at the first record that cannot become a row, unless such records are set aside")
    func stop() async throws {
      try bench.write(#"[{"id": 1}, {"id": "x"}, {"id": 3}]"#)
      let extracted = try await bench.stage(.extract, Self.small, run: nil)
      let stopped = try await bench.stage(.transform, Self.small, run: extracted.run) { $0.onError = .stop }
      expectFailed(stopped, .data, "run.budget")
      #expect(try !files(extracted).contains { $0.hasPrefix("stages/things.rows") })
      let aside = try await bench.stage(.transform, Self.small, run: extracted.run)
      #expect(aside.exit == 3)
      #expect(try part(aside).rejected == 1)
      #expect(try bench.rejects(of: aside).map(\.ordinal) == [1])
    }

    @Test("carry the instant of the first of them to the last")
    func instant() async throws {
      try bench.write(#"[{"id": 1}]"#)
      let report = try await bench.stage(.extract, Self.small, run: nil)
      var dates: Set<String> = []
      for _ in 0..<2 {
        expectStaged(try await bench.stage(.transform, Self.small, run: report.run))
        let file = bench.path("runs/\(report.run)/stages/things.rows.pgcopy.zst")
        dates.insert(try Program("sh", ["-c", "zstd -dc \(file) | sha256sum"]).wait().output)
      }
      #expect(dates.count == 1)
    }

    @Test("go from a file of the user's to another, and leave no folder")
    func paths() async throws {
      try bench.write(#"[{"id": 1}, {"id": 2}]"#)
      var input: String?
      for (stage, output) in [(Stage.extract, "one.zst"), (.transform, "two.zst"), (.validate, "three.zst")] {
        let report = try await bench.stage(stage, Self.small, run: nil) {
          $0.input = input
          $0.output = bench.path(output)
        }
        expectStaged(report)
        #expect(try part(report).loaded == 2)
        input = bench.path(output)
      }
      #expect(!bench.exists("runs"))
      // What is there already is not written over.
      let again = try await bench.stage(.extract, Self.small, run: nil) { $0.output = bench.path("one.zst") }
      expectFailed(again, .refused, "archive.exists")
    }

    @Test("of a missing optional source, or of none but [], are files without records")
    func nothing() async throws {
      let optional = Self.small.replacing("{ file: things.json }", with: "{ file: none.json, optional: true }")
      let report = try await stages(optional)
      #expect(try part(report).read == 0)
      try bench.sql("CREATE TABLE things (place int8, id int4, at timestamptz)")
      try expectVerified(try await bench.stage(.load, optional, run: report.run), rows: 0)
      try bench.write("[]")
      let empty = try await stages(Self.small)
      #expect(try part(empty).read == 0)
      try expectVerified(try await bench.stage(.load, Self.small, run: empty.run), rows: 0)
    }

    @Test("validate twice what they validated once, and count it once")
    func twice() async throws {
      let sample = StageSample.all[0]
      try bench.write(sample.source)
      let first = try await stages(sample.pipeline(mode: "append"))
      let second = try await bench.stage(.validate, sample.pipeline(mode: "append"), run: first.run)
      #expect(try part(second).loaded == part(first).loaded)
      #expect(try part(second).rejected == part(first).rejected)
      #expect(try part(second).filtered == part(first).filtered)
      #expect(try part(second).warnings == part(first).warnings)
    }
  }
}
