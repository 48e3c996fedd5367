import Engine
import Foundation
import PipelineSpec
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What is wrong before or while a source is read, and what is left untouched then.
  @Suite("Refusals") struct Refusals {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func full(_ change: String = "") throws {
      try bench.sql("CREATE TABLE things (id int4, name text); INSERT INTO things VALUES (-1, 'before'); \(change)")
    }

    // MARK: - Sources

    private struct Broken: Sendable {
      var text: String
      var code = "source.malformed"
      var place: String
      /// A record lies before the fault: the run is begun.
      var isBegun: Bool
    }

    private static let broken = [
      Broken(text: "[{\"id\": 1}\n {\"id\": 2}]", place: "byte 12 (line 2, column 2)", isBegun: true),
      Broken(
        text: "[{\"id\": 1},\n {\"id\": 2}", code: "source.truncated", place: "byte 22 (line 2, column 11)",
        isBegun: true),
      Broken(text: "[{\"id\": 1}] x", place: "byte 12 (line 1, column 13)", isBegun: true),
      Broken(text: "[{\"id\": 1},]", place: "byte 11 (line 1, column 12)", isBegun: true),
      Broken(text: "{\"id\": 1} {\"id\": 2}", place: "byte 10 (line 1, column 11)", isBegun: true),
      Broken(text: "[{\"id\": 01}]", place: "byte 8 (line 1, column 9)", isBegun: false),
      Broken(text: "[{\"id\": 1, \"name\": \"a\tb\"}]", place: "byte 21 (line 1, column 22)", isBegun: false),
      Broken(text: "[{\"id\": tru}]", place: "byte 8 (line 1, column 9)", isBegun: false),
      Broken(text: "", code: "source.empty", place: "byte 0 (line 1, column 1)", isBegun: false),
      Broken(text: " \n ", code: "source.empty", place: "byte 3 (line 2, column 2)", isBegun: false),
    ]

    @Test("a malformed source ends the run with its place, and nothing is called complete", arguments: 0..<broken.count)
    func malformed(_ number: Int) async throws {
      let source = Self.broken[number]
      try bench.write(source.text)
      let report = try await bench.run(yaml(["id int4", "name text"], into: created))
      expectFailed(report, .source, source.code)
      #expect(report.error?.place == "\(bench.path("things.json")), \(source.place)")
      #expect(try bench.scalar("SELECT to_regnamespace('sluice') IS NOT NULL") == (source.isBegun ? "t" : "f"))
      guard source.isBegun else { return }
      #expect(try bench.count() == 0)
      #expect(try bench.rows("SELECT outcome, finished_at FROM sluice.runs") == [["failed", nil]])
      #expect(!bench.exists("runs/\(report.run)/backup/things.json.zst"))
      #expect(!bench.exists("runs/\(report.run)/manifest.jsonl"))
      #expect(try part(report).parity == nil)
    }

    @Test("bytes that are no UTF-8 and a source in UTF-16 are malformed")
    func encoding() async throws {
      try bench.write([UInt8]("[{\"name\": \"".utf8) + [0xC3, 0x28] + [UInt8]("\"}]".utf8), to: "things.json")
      let pipeline = yaml(["id int4", "name text"], into: created)
      let report = try await bench.run(pipeline)
      expectFailed(report, .source, "source.malformed")
      #expect(report.error?.place?.contains("byte 11") == true, "\(report.error?.place ?? "")")
      try bench.write([0xFF, 0xFE] + "[]".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, to: "things.json")
      expectFailed(try await bench.run(pipeline), .source, "source.encoding")
    }

    @Test("a source that is not there is an error, and no rows when it is optional")
    func missing() async throws {
      try full()
      let pipeline = yaml(["id int4", "name text"], into: "{ table: things, mode: append }")
      expectFailed(try await bench.run(pipeline), .source, "source.missing")
      let optional = yaml(
        ["id int4", "name text"], from: "{ file: things.json, optional: true }", into: "{ table: things, mode: append }"
      )
      try expectVerified(try await bench.run(optional), rows: 0)
      #expect(try bench.count() == 1)
    }

    @Test("a pointer that leads to no array says which arrays there are")
    func pointer() async throws {
      try bench.write(#"{"meta": {}, "data": {"items": [1, 2]}}"#)
      let report = try await bench.run(yaml(["id int4"], from: "{ file: things.json, at: /items }", into: created))
      expectFailed(report, .source, "source.pointer")
      #expect(report.error?.message.contains("/data/items (2 elements") == true, "\(report.error?.message ?? "")")
    }

    @Test("a record over --max-record-bytes ends the run, at the place where it begins")
    func tooLarge() async throws {
      try bench.write(#"[{"id": 1}, {"id": 2, "name": "\#(String(repeating: "x", count: 4000))"}]"#)
      let report = try await bench.run(yaml(["id int4", "name text"], into: created)) { $0.recordBytes = 2048 }
      expectFailed(report, .source, "source.tooLarge")
      #expect(report.error?.place?.contains("byte 12") == true, "\(report.error?.place ?? "")")
      #expect(try bench.count() == 0)
    }

    @Test("nesting over --max-depth ends the run")
    func tooDeep() async throws {
      let pipeline = yaml(["d jsonb"], into: created)
      for depth in [9, 10] {
        // The record's own object is one level.
        let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        try bench.write("[{\"d\": \(nested)}]")
        let report = try await bench.run(pipeline) { $0.depth = 10 }
        if depth == 9 { try expectVerified(report, rows: 1) } else { expectFailed(report, .source, "source.malformed") }
      }
    }

    // MARK: - Tables

    @Test("a table that does not fit is refused with every reason at once, and is not emptied")
    func schema() async throws {
      try full(
        "ALTER TABLE things ADD owner text NOT NULL DEFAULT 'x', ADD sum int4 GENERATED ALWAYS AS (id * 2) STORED")
      try bench.sql("ALTER TABLE things ALTER owner DROP DEFAULT")
      try bench.write(#"[{"id": 1}]"#)
      let report = try await bench.run(yaml(["id int8", "nam text", "name text[]", "sum int4"]))
      expectFailed(report, .schema, "load.schema")
      let message = try #require(report.error?.message)
      for reason in [
        "column id: the pipeline says int8, the table has integer", "column nam: the table has no such column",
        "column name: the pipeline says text[], the table has text", "column sum: the table generates it",
        "column owner: NOT NULL, without a default",
      ] {
        #expect(message.contains(reason), "\(message)")
      }
      #expect(try bench.rows("SELECT id, name FROM things") == [["-1", "before"]])
      #expect(try bench.scalar("SELECT to_regnamespace('sluice')::text") == nil)
    }

    @Test("a missing table is refused, and made only where the pipeline says so")
    func missingTable() async throws {
      try bench.write(#"[{"id": 1}]"#)
      let report = try await bench.run(yaml(["id int4"]))
      expectFailed(report, .schema, "run.table")
      #expect(try bench.scalar("SELECT to_regclass('things')::text") == nil)
    }

    @Test("a table that others refer to is not truncated, nor one of which the source is broken in its first record")
    func truncate() async throws {
      try full("ALTER TABLE things ADD PRIMARY KEY (id); CREATE TABLE other (id int4 REFERENCES things (id))")
      try bench.write(#"[{"id": 1}]"#)
      let report = try await bench.run(yaml(["id int4", "name text"]))
      expectFailed(report, .schema, "load.schema")
      #expect(report.error?.message.contains("foreign keys refer to the table") == true)
      #expect(try bench.count() == 1)
    }

    @Test("views are no tables to load into")
    func view() async throws {
      try full("CREATE VIEW seen AS SELECT * FROM things")
      try bench.write(#"[{"id": 1}]"#)
      let report = try await bench.run(yaml(["id int4", "name text"], into: "{ table: seen }"))
      expectFailed(report, .schema, "load.schema")
      #expect(try bench.count() == 1)
    }

    // MARK: - Servers

    @Test("no server, no database, no such role: told without the password, in the report and in every file")
    func database() async throws {
      try bench.write(#"[{"id": 1}]"#)
      let settings = bench.database.settings
      let folder = try #require(settings.host?.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
      let cases = [
        ("sluice:canary-secret@\(folder):5432/no_such_database", "postgres.noDatabase"),
        ("sluice:canary-secret@\(folder):1/\(settings.database ?? "")", "postgres.unreachable"),
        ("nobody_here:canary-secret@\(folder):5432/\(settings.database ?? "")", "postgres.authentication"),
      ]
      for (address, code) in cases {
        let report = try await bench.run(yaml(["id int4"], into: created, target: "postgresql://\(address)"))
        expectFailed(report, .database, code)
        #expect(try !report.json.contains("canary"))
      }
      #expect(!bench.exists("runs"))
    }

    @Test("the password of a connection that works stands in no file of the run and in no report")
    func secret() async throws {
      try bench.write(#"[{"id": 1}]"#)
      let settings = bench.database.settings
      let target =
        "host=\(settings.host ?? "") dbname=\(settings.database ?? "") user=\(settings.user ?? "") password=canary-secret"
      let report = try await bench.run(yaml(["id int4"], into: created, target: target))
      try expectVerified(report, rows: 1)
      #expect(try !report.json.contains("canary"))
      let folder = bench.path("runs/\(report.run)")
      for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasSuffix("backup") {
        let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
        #expect(bytes.range(of: Data("canary".utf8)) == nil, "\(name)")
      }
    }

    @Test("a dataset that the pipeline does not have is a wrong command line")
    func unknownDataset() async throws {
      try bench.write("[]")
      let report = try await bench.run(yaml(["id int4"], into: created)) { $0.datasets = ["others"] }
      expectFailed(report, .usage, "run.dataset")
      #expect(!bench.exists("runs"))
    }

    @Test("a run's id is not used twice")
    func runTwice() async throws {
      try bench.write("[]")
      let pipeline = yaml(["id int4"], into: created)
      try expectVerified(try await bench.run(pipeline) { $0.runID = "one" }, rows: 0)
      expectFailed(try await bench.run(pipeline) { $0.runID = "one" }, .refused, "run.taken")
      try bench.sql("DROP SCHEMA sluice CASCADE")
      expectFailed(try await bench.run(pipeline) { $0.runID = "one" }, .refused, "run.taken")
    }
  }
}
