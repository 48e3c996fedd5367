import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What a source has at the places that columns name.
  @Suite("The places of columns") struct FoundTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func found(_ report: Report) throws -> [String: Int] {
      Dictionary(uniqueKeysWithValues: try part(report).columns.map { ($0.column, $0.found) })
    }

    private static let small: @Sendable (inout RunOptions) -> Void = { $0.sliceBytes = 4096 }

    @Test("are counted in every record, also where the value is null or the record is refused")
    func counts() async throws {
      try bench.write(
        #"[{"id": 1, "t": "a", "o": {"x": 1}}, {"id": null, "o": {}}, {"id": "no", "t": null}, {"id": 4, "o": 5}]"#)
      let columns = [
        "id int4", "t text, default: none", "x int4, at: /o/x", "n int8, at: $ordinal", "d jsonb, at: \"\"",
      ]
      let report = try await bench.run(yaml(columns, into: created)) { $0.onError = .reject }
      try expectVerified(report, rows: 3, rejected: 1)
      #expect(try part(report).examined == 4)
      #expect(try found(report) == ["id": 4, "t": 2, "x": 1, "n": 4, "d": 4])
      #expect(try part(report).neverFound.isEmpty)
    }

    @Test("that no record has are named, with the key that is likely meant")
    func neverFound() async throws {
      try bench.write(#"[{"id": 1, "Title": "a", "o": {"name": "b"}}, {"id": 2, "Title": null, "o": {}}]"#)
      let columns = ["id int4", "title text", "name text", "other text, at: /o/nmae", "gone text"]
      let report = try await bench.run(yaml(columns, into: created))
      try expectVerified(report, rows: 2)
      #expect(
        try part(report).neverFound.map { [$0.column, $0.at, $0.nearest] } == [
          ["title", "/title", "/Title"],
          ["name", "/name", "/o/name"],
          ["other", "/o/nmae", "/o/name"],
          ["gone", "/gone", nil],
        ])
      let silent = try await bench.run(yaml(columns, into: created, policies: "neverFound: ignore"))
      #expect(try part(silent).neverFound.isEmpty && part(silent).columns.count == 5)
    }

    @Test("say nothing where there is no record")
    func noRecord() async throws {
      try bench.write("[]")
      let report = try await bench.run(yaml(["id int4"], into: created, policies: "neverFound: error"))
      try expectVerified(report, rows: 0)
      #expect(try part(report).neverFound.isEmpty)
    }

    @Test(
      "that the first records do not have stop the run before anything is loaded, whatever becomes of bad records",
      arguments: [OnError.stop, .reject])
    func nothingFound(_ onError: OnError) async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, t text)")
      try bench.sql("INSERT INTO things VALUES (-1, 'before')")
      let records = (0..<20_000).map { #"{"Id": \#($0), "text": "t"}"# }
      try bench.write("[" + records.joined(separator: ",\n") + "]")
      for mode in ["append", "upsert"] {
        let pipeline = yaml(["id int4, required: true", "t text"], into: "{ table: things, mode: \(mode), key: id }")
        for isDryRun in [true, false] {
          let report = try await bench.run(pipeline) { options in
            options.sliceBytes = 500_000
            options.onError = onError
            options.isDryRun = isDryRun
          }
          expectFailed(report, .data, "run.nothingFound")
          #expect(report.error?.message.hasSuffix("record 0 has the keys /Id, /text") == true)
          #expect(report.resume == nil)
          #expect(try bench.rows("SELECT id, t FROM things") == [["-1", "before"]])
        }
      }
    }

    @Test("that lie in an array of the document are found by the pointer that the message names")
    func forgottenArray() async throws {
      try bench.write(#"{"page": 1, "data": {"items": [{"id": 1}, {"id": 2}], "tags": []}}"#)
      let report = try await bench.run(yaml(["id int4"], into: created))
      expectFailed(report, .data, "run.nothingFound")
      #expect(report.error?.remedy?.contains("from.at: /data/items, /data/tags;") == true, "\(report.error as Any)")
      let again = try await bench.run(yaml(["id int4"], from: "{ file: things.json, at: /data/items }", into: created))
      try expectVerified(again, rows: 2)
    }

    @Test("are asked of the records that there are: values, and not malformed lines before them")
    func firstRecords() async throws {
      try bench.write("[1, \"a\", null]")
      let scalars = try await bench.run(yaml(["id int4"], into: created))
      expectFailed(scalars, .data, "run.nothingFound")
      #expect(scalars.error?.message.hasSuffix("record 0 is a number") == true)
      // Slices of nothing but malformed lines.
      let lines = (0..<2000).map { _ in "no JSON" } + (0..<2000).map { #"{"id": \#($0)}"# }
      try bench.write(lines.joined(separator: "\n") + "\n")
      let report = try await bench.run(
        yaml(["id int4"], from: "{ file: things.json, format: ndjson }", into: created)
      ) { options in
        Self.small(&options)
        options.onError = .reject
      }
      try expectVerified(report, rows: 2000, rejected: 2000)
      #expect(try part(report).examined == 2000)
    }

    @Test("are not asked for where only the whole record is taken")
    func wholeRecord() async throws {
      try bench.write(#"[{"a": 1}]"#)
      try expectVerified(
        try await bench.run(yaml(["n int4, at: $ordinal", "d jsonb, at: \"\""], into: created)), rows: 1)
    }

    @Test(
      "that no record has are an error where the policy says so: the last slice is not committed, nothing published")
    func neverFoundIsError() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, txt text)")
      try bench.write("[" + (0..<2000).map { #"{"id": \#($0), "text": "t"}"# }.joined(separator: ",\n") + "]")
      func run(_ mode: String, _ change: (inout RunOptions) -> Void) async throws -> Report {
        let into = "{ table: things, mode: \(mode), key: id }"
        return try await bench.run(yaml(["id int4", "txt text"], into: into, policies: "neverFound: error"), change)
      }
      for report in [try await run("append") { _ in }, try await run("upsert", Self.small)] {
        expectFailed(report, .data, "run.neverFound")
        #expect(report.error?.message == "none of 2000 records has the place of column txt: /txt (did you mean /text?)")
        #expect(report.resume == nil)
        #expect(try bench.count() == 0)
      }
      expectFailed(try await run("append", Self.small), .data, "run.neverFound")
      #expect(try bench.count() < 2000)
    }

    @Test("are counted over all records by a run that was stopped and resumed")
    func resumed() async throws {
      let records = (0..<3000).map { #"{"id": \#($0 == 2500 ? "\"bad\"" : "\($0)"), "t": "x", "more": 1}"# }
      try bench.write("[" + records.joined(separator: ",\n") + "]")
      let stopped = try await bench.run(yaml(["id int4", "t text", "u text"], into: created), Self.small)
      expectFailed(stopped, .data, "run.budget")
      #expect(try bench.count() > 0)
      let report = try await bench.resume(stopped.run) { $0.onError = .reject }
      try expectVerified(report, rows: 2999, rejected: 1)
      #expect(try found(report) == ["id": 3000, "t": 3000, "u": 0])
      #expect(try part(report).neverFound.map(\.column) == ["u"])
      #expect(try part(report).extraKeys.map(\.records) == [3000])
    }

    @Test("do not stop a replay, whose records are a choice of the source's")
    func replayed() async throws {
      try bench.write(#"[{"id": 1, "t": "a"}, {"x": 2}]"#)
      let strict = yaml(["id int4", "t text"], into: created, rules: ["rule: notEmpty, of: id"])
      let report = try await bench.run(strict) { $0.onError = .reject }
      try expectVerified(report, rows: 1, rejected: 1)
      let replay = try await bench.replay(report.run, yaml(["id int4", "t text"], into: created))
      #expect(replay.outcome == .verified, "\(replay.error as Any)")
      #expect(try part(replay).neverFound.isEmpty)
      #expect(try bench.count() == 2)
    }
  }

  /// Keys that no column takes.
  @Suite("Extra keys") struct ExtraKeyTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private let columns = ["id int4", "name text, at: /user/name", "first text, at: /list/0/a", "doc jsonb"]
    private let source = """
      [{"id": 1, "user": {"name": "a", "mail": 1}, "doc": {"free": 1}, "list": [{"a": "x", "b": 1}, {"c": 1}]},
       {"id": 2, "user": {"name": "b", "mail": 2, "a/b": 3}, "z": {"deep": 1}},
       {"id": 3, "user": 7, "m\\u0061il": 1, "z": 2}]
      """

    @Test("are counted with their first place, also inside an object from which a column takes something else")
    func counted() async throws {
      try bench.write(source)
      let report = try await bench.run(yaml(columns, into: created))
      try expectVerified(report, rows: 3)
      #expect(
        try part(report).extraKeys.map { "\($0.key) \($0.records) \($0.record) \($0.line ?? -1)" } == [
          "/user/mail 2 0 1",
          "/list/0/b 1 0 1",
          "/user/a~1b 1 1 2",
          "/z 2 1 2",
          "/mail 1 2 3",
        ])
      #expect(try part(report).hasMoreExtraKeys == false)
      let silent = try await bench.run(yaml(columns, into: created, policies: "extraKeys: ignore"))
      try expectVerified(silent, rows: 3)
      #expect(try part(silent).extraKeys.isEmpty)
    }

    @Test("of a record that is taken whole are none")
    func takenWhole() async throws {
      try bench.write(source)
      let report = try await bench.run(
        yaml(columns + ["all jsonb, at: \"\""], into: created, policies: "extraKeys: error"))
      try expectVerified(report, rows: 3)
    }

    @Test("refuse a record under the policies reject and error, which name up to five of them")
    func refused() async throws {
      try bench.write(#"[{"id": 1}, {"id": 2, "a": 1, "b": 1, "c/d": 1, "e": 1, "f": 1, "g": 1}, {"user": {"x": 1}}]"#)
      let report = try await bench.run(yaml(columns, into: created, policies: "extraKeys: reject"))
      try expectVerified(report, rows: 1, rejected: 2)
      let rejects = try bench.rejects(of: report)
      #expect(rejects.map(\.pointer) == ["/a", "/user/x"])
      #expect(rejects[0].reason.hasSuffix("; also /b; also /c~1d; also /e; also /f; and more keys"))
      let stopped = try await bench.run(yaml(columns, into: created, policies: "extraKeys: error"))
      expectFailed(stopped, .data, "run.budget")
      #expect(stopped.error?.place?.hasSuffix("/a") == true)
    }

    @Test("are listed up to a hundred, and the rest is said to be there")
    func many() async throws {
      func record(_ id: Int) -> String {
        "{" + (["\"id\": \(id)"] + (0..<60).map { "\"k\(id * 60 + $0)\": 1" }).joined(separator: ", ") + "}"
      }
      try bench.write("[" + (0..<100).map(record).joined(separator: ",\n") + "]")
      let report = try await bench.run(yaml(["id int4"], into: created))
      try expectVerified(report, rows: 100)
      #expect(try part(report).extraKeys.count == 100)
      #expect(try part(report).hasMoreExtraKeys)
      #expect(try part(report).extraKeys.allSatisfy { $0.records == 1 })
    }

    @Test("may be warned of or not when a run is resumed: the rows are the same")
    func resumed() async throws {
      let records = (0..<2000).map { #"{"id": \#($0 == 1900 ? "\"bad\"" : "\($0)"), "more": 1}"# }
      try bench.write("[" + records.joined(separator: ",\n") + "]")
      let stopped = try await bench.run(yaml(["id int4"], into: created)) { $0.sliceBytes = 4096 }
      expectFailed(stopped, .data, "run.budget")
      try bench.write(
        yaml(["id int4"], into: created, policies: "extraKeys: ignore, neverFound: error"), to: "pipeline.yaml")
      try expectVerified(try await bench.resume(stopped.run) { $0.onError = .reject }, rows: 1999, rejected: 1)
    }
  }
}
