import Engine
import Foundation
import LocalPostgres
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// The rows of a run are told from others of the table by the transactions that wrote them.
  @Suite("An append") struct Appended {
    private let bench: Workbench
    private let keyed = yaml(["id int4", "note text"], into: "{ table: things, mode: append, key: id }")
    private let keyless = yaml(["id int4", "note text"], into: "{ table: things, mode: append }")

    init() throws {
      bench = try Workbench()
      try bench.sql("CREATE TABLE things (id int4, note text, seen bool DEFAULT false)")
    }

    private func write(_ ids: Range<Int>, to name: String = "things.json") throws {
      try bench.write("[" + ids.map { #"{"id": \#($0), "note": "n\#($0)"}"# }.joined(separator: ",\n") + "]", to: name)
    }

    /// A row of somebody else, with which no sum over all rows fits.
    private func addForeignRow() throws { try bench.sql("INSERT INTO things VALUES (-1, 'foreign')") }

    private func load(_ ids: Range<Int>, _ pipeline: String) async throws -> Report {
      try write(ids)
      let report = try await bench.run(pipeline) { $0.sliceBytes = 4096 }
      try expectVerified(report, rows: ids.count)
      return report
    }

    private func verify(_ pipeline: String, _ run: Report? = nil) async throws -> Report {
      try await bench.verify(pipeline) { $0.runID = run?.run }
    }

    private func expectUnverified(_ report: Report, location: SourceLocation = #_sourceLocation) throws {
      #expect(report.outcome == .unverified, "\(report.error as Any)", sourceLocation: location)
      #expect(report.exit == Records.ExitStatus.integrity.rawValue, sourceLocation: location)
      #expect(report.error?.code == "run.unverifiable", sourceLocation: location)
      let parity = try #require(try part(report).parity, sourceLocation: location)
      #expect(parity.mode == .unverified && parity.actual == nil && !parity.isProved, sourceLocation: location)
      #expect(parity.reason?.isEmpty == false && parity.counts == nil, sourceLocation: location)
    }

    private func expectDifferent(
      _ report: Report, missing: Int = 0, extra: Int = 0, changed: Int = 0, location: SourceLocation = #_sourceLocation
    ) throws {
      expectFailed(report, .integrity, "run.parity", location: location)
      #expect(
        try part(report).parity?.counts == DifferenceCounts(missing: missing, extra: extra, changed: changed),
        sourceLocation: location)
      #expect(report.differences.count == missing + extra + changed, sourceLocation: location)
    }

    // MARK: - Others beside it

    @Test("is verified after later appends, rows of others, and whatever keeps the rows' transactions")
    func beside() async throws {
      let first = try await load(0..<300, keyless)
      let second = try await load(0..<400, keyless)
      try addForeignRow()
      for change in [
        "SELECT 1", "VACUUM FULL things", "VACUUM (FREEZE) things", "ALTER TABLE things ADD extra int4 DEFAULT 7",
        "CREATE INDEX place ON things (note); CLUSTER things USING place", "UPDATE things SET note = 'x' WHERE id = -1",
      ] {
        try bench.sql(change)
        try write(0..<300)
        try expectVerified(try await verify(keyless, first), rows: 300)
        try write(0..<400)
        try expectVerified(try await verify(keyless, second), rows: 400)
      }
    }

    @Test("of two datasets into one table, each is verified, as the run has said")
    func twoDatasets() async throws {
      let pipeline = """
        pipeline: test
        datasets:
          - dataset: one
            from: { file: one.json }
            into: { table: things, mode: append }
            columns: [{ column: id, type: int4, at: /id }]
          - dataset: two
            from: { file: two.json }
            into: { table: things, mode: append }
            columns: [{ column: id, type: int4, at: /id }]
        """
      try write(0..<3, to: "one.json")
      try write(2..<9, to: "two.json")
      for report in [try await bench.run(pipeline), try await bench.verify(pipeline)] {
        #expect(report.outcome == .verified && report.exit == 0, "\(report)")
        #expect(report.datasets.map { $0.parity?.actual?.rows } == [3, 7])
      }
      try write(0..<4, to: "one.json")
      let report = try await bench.verify(pipeline)
      expectFailed(report, .resume, "run.otherSource")
      #expect(report.datasets.last?.parity?.isProved == true, "the others are looked at all the same")
    }

    @Test("into partitions is told from the rows of others there")
    func partitions() async throws {
      try bench.sql(
        """
        DROP TABLE things; CREATE TABLE things (id int4, note text) PARTITION BY RANGE (id);
        CREATE TABLE low PARTITION OF things FOR VALUES FROM (-10) TO (50);
        CREATE TABLE high PARTITION OF things FOR VALUES FROM (50) TO (1000)
        """)
      try addForeignRow()
      _ = try await load(0..<100, keyless)
      try bench.sql("INSERT INTO things VALUES (70, 'foreign')")
      try expectVerified(try await verify(keyless), rows: 100)
    }

    @Test("is read by its transactions also where rows were refused, and each piece has a subtransaction of its own")
    func refusals() async throws {
      try addForeignRow()
      try bench.sql("ALTER TABLE things ADD CHECK (id % 40 <> 7)")
      try write(0..<1000)
      let report = try await bench.run(keyless) { options in
        options.onError = .reject
        options.sliceBytes = 8192
      }
      try expectVerified(report, rows: 975, rejected: 25)
      try addForeignRow()
      try expectVerified(try await verify(keyless, report), rows: 975, rejected: 25)
      #expect(try bench.scalar("SELECT count(DISTINCT xmin::text) > 10 FROM things WHERE id >= 0") == "t")
      let strangers = try bench.scalar(
        """
        SELECT count(*) FROM things WHERE id >= 0
          AND xmin NOT IN (SELECT x::xid FROM sluice.slices, unnest(xids) x)
        """)
      #expect(strangers == "0")
    }

    @Test("of thousands of transactions is read by their span, and rows of others within it are left out")
    func span() async throws {
      try bench.sql(
        "DO $$ BEGIN FOR i IN 1..2100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$")
      _ = try await load(0..<300, keyless)
      try addForeignRow()
      let last = try await load(0..<400, keyless)
      try bench.sql(
        """
        UPDATE sluice.slices SET xids = xids || ARRAY(SELECT i::text::xid8 FROM (
          SELECT min(x::text::int8) AS first FROM sluice.slices, unnest(xids) x) s, generate_series(first - 2050, first - 1) i)
        WHERE run = '\(last.run)'
        """)
      try addForeignRow()
      try expectVerified(try await verify(keyless, last), rows: 400)
    }

    @Test("with repeated keys is published by a transaction of its own, and told from others by it")
    func staged() async throws {
      let pipeline = yaml(["id int4", "note text"], into: "{ table: things, mode: append, key: id, repeated: last }")
      try addForeignRow()
      try bench.write(#"[{"id": 1, "note": "a"}, {"id": 1, "note": "b"}, {"id": 2, "note": "c"}]"#)
      try expectVerified(try await bench.run(pipeline), rows: 2, filtered: 1)
      try bench.sql("INSERT INTO things VALUES (1, 'foreign')")
      try expectVerified(try await verify(pipeline), rows: 2, filtered: 1)
      try bench.sql("UPDATE things SET note = 'x' WHERE id = 2")
      try expectDifferent(try await verify(pipeline), changed: 1)
    }

    @Test("a replay's rows belong to the run whose rejects it loads")
    func replay() async throws {
      try addForeignRow()
      try bench.sql("CREATE UNIQUE INDEX ON things (id); ALTER TABLE things ADD CONSTRAINT small CHECK (id <> 5)")
      try write(0..<10)
      let first = try await bench.run(keyed) { $0.onError = .reject }
      try expectVerified(first, rows: 9, rejected: 1)
      try bench.sql("ALTER TABLE things DROP CONSTRAINT small; INSERT INTO things VALUES (-2, 'foreign')")
      try expectVerified(try await bench.replay(first.run, keyed), rows: 1)
      try expectVerified(try await verify(keyed), rows: 10)
    }

    // MARK: - Differences

    @Test("names rows by their key that were deleted, changed or added by the run's own transactions")
    func named() async throws {
      try addForeignRow()
      try bench.sql(
        """
        CREATE FUNCTION twice() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN IF NEW.id = 3 THEN INSERT INTO things VALUES (33, 'by trigger'); END IF; RETURN NEW; END $$;
        CREATE TRIGGER twice BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION twice()
        """)
      try write(0..<10)
      var report = try await bench.run(keyed)
      try expectDifferent(report, extra: 1)
      #expect(report.differences.first?.key == ["id": "33"])
      try bench.sql("DELETE FROM things WHERE id IN (4, 33); UPDATE things SET note = 'y' WHERE id = 5")
      report = try await verify(keyed)
      try expectDifferent(report, missing: 1, changed: 1)
      #expect(report.differences.first { $0.kind == .missing }?.key == ["id": "4"])
      let changed = try #require(report.differences.first { $0.kind == .changed })
      #expect(changed.key == ["id": "5"] && changed.columns.map(\.column) == ["note"])
      #expect(changed.columns.map(\.expected) == ["n5"] && changed.columns.map(\.actual) == ["y"])
    }

    @Test("does not take equal rows of another run for its own")
    func otherRun() async throws {
      let first = try await load(0..<10, keyless)
      _ = try await load(0..<10, keyless)
      try bench.sql("DELETE FROM things WHERE ctid = (SELECT min(ctid) FROM things WHERE id = 4)")
      let report = try await verify(keyless, first)
      try expectDifferent(report, missing: 1)
      #expect(report.differences.first?.key["id"] == "4")
      try expectVerified(try await verify(keyless), rows: 10)
    }

    @Test("rows that others wrote again with the same values are found by a unique key, and told of")
    func rewrittenRows() async throws {
      try bench.sql("CREATE UNIQUE INDEX ON things (id)")
      try addForeignRow()
      _ = try await load(0..<10, keyed)
      try bench.sql("UPDATE things SET seen = true WHERE id IN (3, 4)")
      let report = try await verify(keyed)
      try expectVerified(report, rows: 10)
      #expect(try part(report).notes.contains { $0.hasPrefix("2 rows of the run were written again by others") })
      try bench.sql("UPDATE things SET note = 'y' WHERE id = 4")
      try expectDifferent(try await verify(keyed), changed: 1)
    }

    @Test("without a key nobody can tell such rows from others' equal ones: unverified")
    func rewrittenRowsWithoutKey() async throws {
      try addForeignRow()
      _ = try await load(0..<10, keyless)
      try bench.sql("UPDATE things SET seen = true WHERE id IN (3, 4)")
      try expectUnverified(try await verify(keyless))
      try bench.sql("DELETE FROM things WHERE id = 3")
      let report = try await verify(keyless)
      try expectDifferent(report, missing: 1)
      #expect(report.differences.first?.key["id"] == "3")
    }

    // MARK: - Where no row bears its transactions any more

    /// The table and the ledger as a dump of this database brings them into another one.
    private func restored() throws -> Workbench {
      let other = try Workbench()
      let settings = try TestServer.shared.get().server.settings
      let bin = try bench.scalar("SELECT setting FROM pg_config WHERE name = 'BINDIR'") ?? ""
      let place = "-h '\(settings.host ?? "")' -p \(settings.port ?? "") -U '\(settings.user ?? "")'"
      try call(
        "sh", "-c",
        "'\(bin)/pg_dump' \(place) \(bench.database.name) | '\(bin)/psql' -qX \(place) -v ON_ERROR_STOP=1 "
          + "\(other.database.name) > '\(other.folder)/restored'", in: bench.folder)
      return other
    }

    @Test("a dump that was restored is verified by the sum of all runs; with rows of others it is unverified")
    func dumped() async throws {
      let first = try await load(0..<10, keyless)
      _ = try await load(5..<30, keyless)
      let other = try restored()
      try write(0..<10)
      try other.write(try bench.read("things.json"), to: "things.json")
      let report = try await other.verify(keyless) { $0.runID = first.run }
      try expectVerified(report, rows: 10)
      #expect(try part(report).notes.contains { $0.hasSuffix("sum of all 2 runs that the ledger has of it") })
      try other.sql("INSERT INTO things VALUES (-1, 'foreign')")
      try expectUnverified(try await other.verify(keyless) { $0.runID = first.run })
      try other.sql("DELETE FROM things WHERE id = 3")
      let different = try await other.verify(keyless) { $0.runID = first.run }
      try expectDifferent(different, missing: 1)
      #expect(different.differences.first?.key["id"] == "3")
    }

    @Test("a table that was rewritten is verified by the sum of all runs, as far as the rows of the run are part of it")
    func rewrittenTable() async throws {
      let first = try await load(0..<10, keyless)
      _ = try await load(5..<30, keyless)
      try bench.sql("ALTER TABLE things ALTER seen TYPE text")
      try expectVerified(try await verify(keyless), rows: 25)
      try expectVerified(
        try await bench.run(yaml(["id int4", "note text"], into: "{ table: things, mode: replace }")), rows: 25)
      try write(0..<10)
      try expectDifferent(try await verify(keyless, first), missing: 10)
    }

    @Test("transactions that the server has not begun, or of long ago, are not looked for", arguments: [3, 1 << 40])
    func otherRounds(_ xid: Int) async throws {
      _ = try await load(0..<10, keyless)
      try bench.sql("UPDATE sluice.slices SET xids = ARRAY['\(xid)'::xid8]")
      try expectVerified(try await verify(keyless), rows: 10)
      try addForeignRow()
      try expectUnverified(try await verify(keyless))
    }

    // MARK: - Runs of earlier versions

    /// As if a version had loaded that noted the table's sum before the run instead.
    private func makeEarlier() throws {
      try bench.sql(
        """
        ALTER TABLE sluice.slices DROP COLUMN xids, DROP COLUMN source_sha256, ADD COLUMN digest text;
        UPDATE sluice.slices s SET digest = t.digest FROM sluice.slice_tables t
          WHERE (t.run, t.dataset, t.slice) = (s.run, s.dataset, s.slice);
        ALTER TABLE sluice.slices ALTER digest SET NOT NULL; DROP TABLE sluice.slice_tables;
        ALTER TABLE sluice.targets DROP COLUMN made_as; UPDATE sluice.version SET version = 5;
        UPDATE sluice.runs SET before_rows = 0, before_digest = repeat('0', 32)
        """)
    }

    @Test("of an earlier version is verified by what the table held before, and also after a later run")
    func earlier() async throws {
      let first = try await load(0..<10, keyless)
      try makeEarlier()
      try expectVerified(try await verify(keyless), rows: 10)
      #expect(try bench.scalar("SELECT version FROM sluice.version") == "5", "verify alters nothing")
      _ = try await load(5..<30, keyless)
      #expect(try bench.scalar("SELECT version FROM sluice.version") == "8")
      try write(0..<10)
      try expectVerified(try await verify(keyless, first), rows: 10)
      try addForeignRow()
      try expectUnverified(try await verify(keyless, first))
      try bench.sql("DELETE FROM things WHERE id = 3")
      try expectDifferent(try await verify(keyless, first), missing: 1)
    }

    // MARK: - Another source

    @Test("of another source is told from a table that differs", arguments: ["same size", "longer", "shorter"])
    func otherSource(_ change: String) async throws {
      let first = try await load(0..<500, keyless)
      #expect(try bench.scalar("SELECT count(*) > 3 FROM sluice.slices WHERE source_sha256 IS NOT NULL") == "t")
      switch change {
      case "same size": try bench.write(bench.text("things.json").replacing(#""n77""#, with: #""m77""#))
      case "longer": try write(0..<600)
      default: try write(0..<400)
      }
      let report = try await verify(keyless, first)
      expectFailed(report, .resume, "run.otherSource")
      #expect(report.error?.message.hasPrefix("the source is another one than the run read: ") == true)
      #expect(report.error?.place == bench.path("things.json"))
      try write(0..<500)
      try bench.sql("UPDATE things SET note = 'x' WHERE id = 77")
      expectFailed(try await verify(keyless, first), .integrity, "run.parity")
    }

    @Test("a source that goes on, or ends, exactly where a slice ends is another one too")
    func otherSourceAtBorder() async throws {
      let pipeline = yaml(
        ["id int4"], from: "{ file: things.json, format: ndjson }", into: "{ table: things, mode: append }")
      let lines = (0..<9).map { #"{"id": \#($0)}"# + String(repeating: " ", count: 1014) + "\n" }
      #expect(lines.joined().utf8.count == 9 * 1024)
      try bench.write(lines[..<8].joined())
      try expectVerified(try await bench.run(pipeline) { $0.sliceBytes = 4096 }, rows: 8)
      for count in [9, 4] {
        try bench.write(lines[..<count].joined())
        let report = try await verify(pipeline)
        expectFailed(report, .resume, "run.otherSource")
      }
      try bench.write(lines[..<8].joined())
      try expectVerified(try await verify(pipeline), rows: 8)
    }

    @Test(
      "each slice has the sum of its bytes, as sha256sum prints it, with and without a backup",
      arguments: [true, false])
    func sums(_ backsUp: Bool) async throws {
      try write(0..<500)
      let report = try await bench.run(keyless) { options in
        options.sliceBytes = 4096
        options.backsUp = backsUp
      }
      try expectVerified(report, rows: 500)
      for row in try bench.rows("SELECT byte_from, byte_to, source_sha256 FROM sluice.slices ORDER BY slice") {
        let (from, to) = (try #require(row[0]), try #require(row[1]))
        try call(
          "sh", "-c", "tail -c +$((\(from) + 1)) things.json | head -c $((\(to) - \(from))) | sha256sum > sum",
          in: bench.folder)
        #expect(try bench.text("sum").prefix(64) == row[2] ?? "")
      }
    }
  }
}
