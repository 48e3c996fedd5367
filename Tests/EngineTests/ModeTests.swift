import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What a run does to a table that has rows already, and what later verifications know of it.
  @Suite("Modes") struct Modes {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func write(_ ids: Range<Int>) throws {
      try bench.write("[" + ids.map { #"{"id": \#($0)}"# }.joined(separator: ",") + "]")
    }

    @Test("replace twice leaves the rows of once")
    func replace() async throws {
      try write(0..<10)
      for _ in 0..<2 {
        try expectVerified(try await bench.run(yaml(["id int4"], into: created)), rows: 10)
        #expect(try bench.count() == 10)
      }
      #expect(try bench.scalar("SELECT count(DISTINCT run) FROM sluice.runs WHERE outcome = 'verified'") == "2")
    }

    @Test("a key that the source has twice is an error, and with --on-error reject its second record is set aside")
    func repeatedKey() async throws {
      let pipeline = yaml(["id int4", "n int4"], into: "{ table: things, mode: replace, key: [id, n] }")
      try bench.sql("CREATE TABLE things (id int4, n int4)")
      try bench.write(#"[{"id": 1, "n": 1}, {"id": 1, "n": 2}, {"id": 1, "n": 1}]"#)
      expectFailed(try await bench.run(pipeline), .data, "run.budget")
      let report = try await bench.run(pipeline) { $0.onError = .reject }
      try expectVerified(report, rows: 2, rejected: 1)
      #expect(try bench.rejects(of: report).map(\.ordinal) == [2])
    }

    @Test("append proves what was added, whatever was there before; the same file twice are the rows twice")
    func append() async throws {
      let pipeline = yaml(["id int4"], into: "{ table: things, mode: append }")
      try bench.sql("CREATE TABLE things (id int4); INSERT INTO things VALUES (1), (1), (NULL)")
      try write(0..<10)
      for run in 1...2 {
        let report = try await bench.run(pipeline)
        try expectVerified(report, rows: 10)
        #expect(try part(report).parity?.actual?.rows == 10)
        #expect(try bench.count() == 3 + run * 10)
        try expectVerified(try await bench.verify(pipeline), rows: 10)
      }
      try bench.sql("DELETE FROM things WHERE ctid = (SELECT max(ctid) FROM things)")
      let report = try await bench.verify(pipeline)
      expectFailed(report, .integrity, "run.parity")
      #expect(try part(report).parity?.actual?.rows == 9)
      #expect(report.differences.map(\.key) == [["id": "9"]])
    }

    @Test("append without verification can be verified later")
    func appendUnverified() async throws {
      let pipeline = yaml(["id int4"], into: "{ table: things, mode: append, create: true }")
      try write(0..<3)
      let report = try await bench.run(pipeline) { $0.verifies = false }
      #expect(report.outcome == .loaded && report.exit == Records.ExitStatus.success.rawValue)
      try expectVerified(try await bench.verify(pipeline), rows: 3)
    }

    @Test("a table that something else filled is compared with the source, where no run is needed for that")
    func loadedByHand() async throws {
      try bench.sql("CREATE TABLE things AS SELECT id FROM generate_series(0, 4) id")
      try write(0..<5)
      try expectVerified(try await bench.verify(yaml(["id int4"])), rows: 5)
      expectFailed(
        try await bench.verify(yaml(["id int4"], into: "{ table: things, mode: append }")), .integrity,
        "run.unverifiable")
    }

    @Test("create makes columns of every type, NOT NULL where required, and the primary key")
    func create() async throws {
      try bench.sql(TypeSample.prelude)
      try bench.write(TypeSample.source)
      let columns =
        ["id int8, required: true", "note text, default: none, required: true"] + TypeSample.columns.dropFirst()
      let pipeline = yaml(columns, into: "{ table: things, mode: replace, create: true, key: id }")
      try expectVerified(try await bench.run(pipeline), rows: 4)
      #expect(
        try bench.scalar("SELECT count(*) FROM pg_index WHERE indrelid = 'things'::regclass AND indisprimary") == "1")
      let required = try bench.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'things'::regclass AND attnum > 0 AND attnotnull ORDER BY attnum"
      )
      #expect(required == [["id"], ["note"]])
      #expect(
        try bench.rows(
          "SELECT DISTINCT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'things'::regclass "
            + "AND attname IN ('c_mood', 'c_ints', 'c_timestamptz') ORDER BY 1")
          == [["integer[]"], ["mood"], ["timestamp with time zone"]])
      try expectVerified(try await bench.run(pipeline), rows: 4)
    }

    @Test("names that need quotes are quoted")
    func quotedNames() async throws {
      try bench.sql(#"CREATE SCHEMA "Odd ""schema"; CREATE TABLE "Odd ""schema"."select" ("Order" int4, "a""b" text)"#)
      try bench.write(#"[{"Order": 1, "x": "y"}]"#)
      let pipeline = """
        pipeline: test
        datasets:
          - dataset: things
            from: { file: things.json }
            into: { schema: 'Odd "schema', table: select, mode: replace, key: Order }
            columns:
              - { column: Order, type: int4, at: /Order }
              - { column: 'a"b', type: text, at: /x }
        """
      try expectVerified(try await bench.run(pipeline), rows: 1)
      try bench.sql(#"UPDATE "Odd ""schema"."select" SET "a""b" = 'z'"#)
      #expect(try await bench.verify(pipeline).differences.first?.columns.map(\.column) == [#"a"b"#])
    }

    @Test("$ordinal, $value, $dataset and $now are loaded, and a later verification uses the run's instant")
    func words() async throws {
      try bench.write(#"[{"id": 1, "at": "2024-01-01T00:00:00Z"}, {"id": 2}, {"id": 3, "at": null}]"#)
      let pipeline = yaml(
        [
          "place int8, at: $ordinal", "data jsonb, at: $value", "source text, at: $dataset",
          "loaded timestamptz, at: $now",
          "at timestamptz, default: $now",
        ], into: created)
      try expectVerified(try await bench.run(pipeline), rows: 3)
      #expect(
        try bench.rows("SELECT place, data ->> 'id', source FROM things ORDER BY place")
          == [["0", "1", "things"], ["1", "2", "things"], ["2", "3", "things"]])
      #expect(try bench.scalar("SELECT count(DISTINCT loaded) FROM things") == "1")
      #expect(try bench.scalar("SELECT loaded = instant FROM things, sluice.runs LIMIT 1") == "t")
      #expect(try bench.rows("SELECT at = loaded FROM things ORDER BY place") == [["f"], ["t"], [nil]])
      try expectVerified(try await bench.verify(pipeline), rows: 3)
      try bench.sql("UPDATE things SET loaded = loaded + interval '1 microsecond' WHERE place = 2")
      #expect(try await bench.verify(pipeline).differences.count == 2, "one missing and one extra")
      try bench.sql("DROP SCHEMA sluice CASCADE")
      expectFailed(try await bench.verify(pipeline), .integrity, "run.unverifiable")
    }

    @Test("defaults stand for what is missing, of every kind of JSON value, and are proved")
    func defaults() async throws {
      try bench.write(#"[{}, {"n": null, "t": null, "d": null, "a": null}]"#)
      let pipeline = yaml(
        [
          "n numeric, default: 1.50", "t text, default: \"é\\n\"", "d jsonb, default: { b: [1, null] }",
          "a int4[], default: [1, 2]",
        ],
        into: created)
      try expectVerified(try await bench.run(pipeline), rows: 2)
      #expect(
        try bench.rows("SELECT n::text, t, d::text, a::text FROM things ORDER BY n IS NULL")
          == [["1.50", "é\n", #"{"b": [1, null]}"#, "{1,2}"], [nil, nil, nil, nil]])
      try expectVerified(try await bench.verify(pipeline), rows: 2)
    }

    @Test("several datasets are loaded one after another; a failure keeps what came before and is reported")
    func several() async throws {
      try bench.write("[1, 2]", to: "a.json")
      try bench.write("[1, \"x\"]", to: "b.json")
      let pipeline = """
        pipeline: test
        datasets:
          - dataset: a
            from: { file: a.json }
            into: { table: a, mode: replace, create: true }
            columns: [{ column: v, type: int4, at: $value }]
          - dataset: b
            from: { file: b.json }
            into: { table: b, mode: replace, create: true }
            columns: [{ column: v, type: int4, at: $value }]
        """
      let report = try await bench.run(pipeline)
      expectFailed(report, .data, "run.budget")
      #expect(report.datasets.map(\.dataset) == ["a", "b"])
      #expect(report.datasets.first?.parity?.actual == report.datasets.first?.parity?.expected)
      #expect(try bench.count("a") == 2)
      #expect(
        try bench.rows("SELECT dataset, outcome FROM sluice.runs ORDER BY dataset") == [
          ["a", "verified"], ["b", "failed"],
        ])
      let chosen = try await bench.run(pipeline) { $0.datasets = ["a"] }
      try expectVerified(chosen, rows: 2)
      #expect(chosen.datasets.count == 1)
    }
  }
}
