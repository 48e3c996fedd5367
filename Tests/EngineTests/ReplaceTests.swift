import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What a table keeps when its rows are replaced, and indexes that are made again.
  @Suite("Replaced") struct Replaced {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func write(_ ids: Range<Int>, note: String = "n") throws {
      try bench.write(ids.map { #"{"id": \#($0), "note": "\#(note)\#($0)"}"# }.joined(separator: "\n"))
    }

    private func pipeline(_ into: String = "") -> String {
      yaml(["id int4", "note text"], into: "{ table: things, mode: replace, key: id\(into) }")
    }

    private func schema() throws -> [[String?]] {
      try bench.rows(
        """
        SELECT 'index', pg_get_indexdef(indexrelid), indisclustered::text || indisreplident FROM pg_index WHERE indrelid = 'things'::regclass
        UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) || coalesce(obj_description(oid), '') FROM pg_constraint WHERE conrelid = 'things'::regclass
        UNION ALL SELECT 'grants', relacl::text, reloptions::text FROM pg_class WHERE oid = 'things'::regclass
        UNION ALL SELECT 'view', pg_get_viewdef('seen'::regclass), NULL
        UNION ALL SELECT 'trigger', pg_get_triggerdef(oid), NULL FROM pg_trigger WHERE tgrelid = 'things'::regclass AND NOT tgisinternal
        UNION ALL SELECT 'default', pg_get_expr(adbin, adrelid), NULL FROM pg_attrdef WHERE adrelid = 'things'::regclass
        UNION ALL SELECT 'sequence', last_value::text, is_called::text FROM serials
        UNION ALL SELECT 'comment', obj_description('things'::regclass), NULL ORDER BY 1, 2
        """)
    }

    private func makeTable() throws {
      try bench.sql(
        """
        CREATE ROLE reader_\(bench.database.name); CREATE SEQUENCE serials;
        CREATE TABLE things (id int4 PRIMARY KEY, note text, number int8 DEFAULT nextval('serials'), CHECK (id >= 0),
          CONSTRAINT notes UNIQUE (note) DEFERRABLE) WITH (fillfactor = 80);
        ALTER SEQUENCE serials OWNED BY things.number;
        CREATE INDEX folded ON things (lower(note)); CLUSTER things USING folded;
        COMMENT ON TABLE things IS 'kept'; COMMENT ON CONSTRAINT notes ON things IS 'also kept';
        GRANT SELECT ON things TO reader_\(bench.database.name);
        CREATE VIEW seen AS SELECT id, upper(note) AS note FROM things;
        CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER after AFTER INSERT ON things EXECUTE FUNCTION nothing();
        INSERT INTO things VALUES (1, 'old', 1); SELECT setval('serials', 41);
        """)
    }

    private func dropRole() throws {
      try bench.sql("DROP OWNED BY reader_\(bench.database.name); DROP ROLE reader_\(bench.database.name)")
    }

    @Test(
      "indexes, constraints, grants, views, triggers, defaults and sequences stay",
      arguments: ["", ", repeated: last", ", rebuildIndexes: true"])
    func everythingStays(into: String) async throws {
      try makeTable()
      let before = try schema()
      #expect(before.count == 12)
      try write(0..<100)
      let report = try await bench.run(pipeline(into))
      try expectVerified(report, rows: 100)
      #expect(try part(report).uncompared == ["number"])
      // A hundred rows took their number from the sequence.
      #expect(try schema() == before.map { $0[0] == "sequence" ? ["sequence", "141", "true"] : $0 })
      #expect(try bench.scalar("SELECT count(*) FROM seen WHERE note LIKE 'N%'") == "100")
      try dropRole()
    }

    @Test("tables that inherit from the table keep their rows")
    func inheritance() async throws {
      try bench.sql(
        "CREATE TABLE things (id int4, note text); CREATE TABLE child () INHERITS (things); INSERT INTO child VALUES (5, 'c')"
      )
      try write(0..<3)
      try expectVerified(try await bench.run(pipeline()), rows: 3)
      #expect(try bench.rows("SELECT id FROM child") == [["5"]])
    }

    @Test("partitioned tables are replaced whole, also with repeated keys", arguments: ["", ", repeated: first"])
    func partitions(into: String) async throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4, note text) PARTITION BY HASH (id);
        CREATE TABLE even PARTITION OF things FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE odd PARTITION OF things FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO things SELECT i, 'old' FROM generate_series(1, 50) i
        """)
      try write(0..<100)
      try expectVerified(try await bench.run(pipeline(into)), rows: 100)
      #expect(try bench.scalar("SELECT count(*) FROM things WHERE note = 'old'") == "0")
    }

    @Test("with repeated keys the old rows are there until the new ones are")
    func replacedAtOnce() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text UNIQUE); INSERT INTO things VALUES (7, 'old')")
      try bench.write(#"[{"id": 1, "note": "a"}, {"id": 2, "note": "a"}]"#)
      let report = try await bench.run(pipeline(", repeated: last"))
      expectFailed(report, .data, "load.refused")
      #expect(try bench.rows("SELECT id, note FROM things") == [["7", "old"]])
    }

    // MARK: - Indexes made again

    @Test("rows that break a dropped index stop the run with its name; corrected, the run goes on and makes it")
    func brokenIndex() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text); CREATE UNIQUE INDEX notes ON things (note)")
      try bench.write(#"[{"id": 1, "note": "a"}, {"id": 2, "note": "a"}]"#)
      let report = try await bench.run(pipeline(", rebuildIndexes: true")) { $0.verifies = false }
      expectFailed(report, .data, "load.index")
      #expect(report.error?.message.hasPrefix("notes cannot be made again") ?? false)
      #expect(report.resume?.contains(report.run) ?? false)
      let other = try await bench.run(pipeline())
      expectFailed(other, .schema, "load.schema")
      #expect(other.error?.message.contains(report.run) ?? false, "its indexes are not forgotten")
      #expect(try bench.count() == 2)
      try bench.sql("UPDATE things SET note = 'b' WHERE id = 2")
      _ = try bench.load(pipeline(", rebuildIndexes: true"))
      let resumed = try await bench.resume(report.run)
      #expect(resumed.outcome == .loaded, "\(resumed.error as Any)")
      #expect(
        try bench.rows("SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'things'::regclass ORDER BY 1")
          .count == 2)
    }

    @Test("a new run takes over what a stopped one left dropped")
    func takenOver() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text); CREATE UNIQUE INDEX notes ON things (note)")
      try bench.write(#"[{"id": 1, "note": "a"}, {"id": 2, "note": "a"}]"#)
      expectFailed(try await bench.run(pipeline(", rebuildIndexes: true")), .data, "load.index")
      try write(0..<10)
      try expectVerified(try await bench.run(pipeline(", rebuildIndexes: true")), rows: 10)
      #expect(
        try bench.rows("SELECT indexdef FROM pg_indexes WHERE tablename = 'things' ORDER BY 1")
          == [
            ["CREATE UNIQUE INDEX notes ON public.things USING btree (note)"],
            ["CREATE UNIQUE INDEX things_pkey ON public.things USING btree (id)"],
          ])
    }

    @Test("a run that stopped while loading makes the indexes when it is resumed")
    func resumed() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text CHECK (note <> 'n500'))")
      try write(0..<1000)
      let pipeline = pipeline(", rebuildIndexes: true")
      let report = try await bench.run(pipeline) { $0.sliceBytes = 4096 }
      expectFailed(report, .data, "load.refused")
      #expect(try bench.scalar("SELECT count(*) FROM pg_index WHERE indrelid = 'things'::regclass") == "0")
      try bench.sql("ALTER TABLE things DROP CONSTRAINT things_note_check")
      try expectVerified(try await bench.resume(report.run), rows: 1000)
      #expect(try bench.scalar("SELECT count(*) FROM pg_index WHERE indrelid = 'things'::regclass") == "1")
    }

    // MARK: - UNLOGGED

    @Test("an UNLOGGED table is refused before anything is touched, unless that is allowed")
    func unlogged() async throws {
      try bench.sql("CREATE UNLOGGED TABLE things (id int4, note text); INSERT INTO things VALUES (1, 'old')")
      try write(0..<3)
      expectFailed(try await bench.run(pipeline()), .refused, "load.unlogged")
      expectFailed(try await bench.run(pipeline()) { $0.isDryRun = true }, .refused, "load.unlogged")
      #expect(try bench.count() == 1)
      try expectVerified(try await bench.run(pipeline()) { $0.allowsUnlogged = true }, rows: 3)
      try expectVerified(try await bench.verify(pipeline()), rows: 3)
    }
  }
}
