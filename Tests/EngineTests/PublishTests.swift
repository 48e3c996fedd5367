import Engine
import Foundation
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Modes that find rows again, and keys that the source repeats.
  @Suite("Published") struct Published {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func pipeline(_ into: String, _ columns: [String] = ["id int4", "note text"]) -> String {
      yaml(columns, into: "{ table: things, \(into) }")
    }

    /// Writes records `{"id": …, "note": …}`.
    private func write(_ rows: [(Int, String?)]) throws {
      try bench.write(
        rows.map { #"{"id": \#($0), "note": \#($1.map { "\"\($0)\"" } ?? "null")}"# }.joined(separator: "\n"))
    }

    private func table() throws -> [[String?]] { try bench.rows("SELECT id, note FROM things ORDER BY id") }

    private func counts(_ report: Report) throws -> [Int?] {
      let part = try part(report)
      return [part.inserted, part.updated, part.unchanged, part.deleted, part.repeated]
    }

    private func small(_ options: inout RunOptions) { options.sliceBytes = 4096 }

    // MARK: - Upsert

    @Test("upsert adds and changes rows, keeps the others, and the same file again changes nothing")
    func upsert() async throws {
      let pipeline = pipeline("mode: upsert, key: id, create: true")
      try write([(1, "a"), (2, "b"), (3, nil)])
      let first = try await bench.run(pipeline)
      try expectVerified(first, rows: 3)
      #expect(try counts(first) == [3, 0, 0, 0, 0])
      #expect(
        try bench.scalar("SELECT count(*) FROM pg_index WHERE indrelid = 'things'::regclass AND indisprimary") == "1")
      try bench.sql("INSERT INTO things VALUES (9, 'other')")
      try write([(2, "B"), (3, nil), (4, "d")])
      let second = try await bench.run(pipeline)
      try expectVerified(second, rows: 3)
      #expect(try counts(second) == [1, 1, 1, 0, 0])
      #expect(try part(second).parity?.actual?.rows == 3)
      #expect(try table() == [["1", "a"], ["2", "B"], ["3", nil], ["4", "d"], ["9", "other"]])
      let places = try bench.rows("SELECT ctid, xmin FROM things ORDER BY id")
      let third = try await bench.run(pipeline)
      #expect(try counts(third) == [0, 0, 3, 0, 0])
      #expect(try bench.rows("SELECT ctid, xmin FROM things ORDER BY id") == places)
      #expect(try bench.scalar("SELECT count(*) FROM pg_class WHERE relname LIKE 'staging%'") == "0")
      try expectVerified(try await bench.verify(pipeline), rows: 3)
    }

    @Test("verify of an upsert names what is missing or changed, and leaves rows alone that the source does not name")
    func verifyUpsert() async throws {
      let pipeline = pipeline("mode: upsert, key: id, create: true")
      try write((0..<2000).map { ($0, "n\($0)") })
      try expectVerified(try await bench.run(pipeline, small), rows: 2000)
      try bench.sql("INSERT INTO things SELECT i, 'x' FROM generate_series(5000, 6000) i")
      try expectVerified(try await bench.verify(pipeline), rows: 2000)
      try bench.sql("UPDATE things SET note = 'changed' WHERE id = 7; DELETE FROM things WHERE id = 8")
      let report = try await bench.verify(pipeline)
      expectFailed(report, .integrity, "run.parity")
      #expect(report.differences.map(\.kind).sorted { $0.rawValue < $1.rawValue } == [.changed, .missing])
      #expect(try part(report).parity?.counts == DifferenceCounts(missing: 1, extra: 0, changed: 1))
      #expect(try part(report).parity?.actual?.rows == 1999)
    }

    @Test("a record without its key is set aside before it is loaded")
    func nullKey() async throws {
      let pipeline = pipeline("mode: upsert, key: id, create: true")
      try bench.write(#"[{"id": 1, "note": "a"}, {"note": "b"}, {"id": null, "note": "c"}]"#)
      expectFailed(try await bench.run(pipeline), .data, "run.budget")
      let report = try await bench.run(pipeline) { $0.onError = .reject }
      try expectVerified(report, rows: 1, rejected: 2)
      #expect(try bench.rejects(of: report).map(\.stage) == ["validate", "validate"])
    }

    @Test("a row that the server refuses is set aside when it is staged, not when it is published")
    func refusedRow() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text NOT NULL CHECK (note <> 'bad'))")
      try write([(1, "a"), (2, "bad"), (3, nil), (4, "d")])
      let report = try await bench.run(pipeline("mode: upsert, key: id")) { $0.onError = .reject }
      try expectVerified(report, rows: 2, rejected: 2)
      let rejects = try bench.rejects(of: report)
      #expect(rejects.map(\.rule) == ["23514", "23502"])
      #expect(
        rejects.allSatisfy { $0.reason.contains(#"relation "things" violates "#) && !$0.reason.contains("staging") })
      #expect(try counts(report) == [2, 0, 0, 0, 0])
      try expectVerified(try await bench.verify(pipeline("mode: upsert, key: id")), rows: 2, rejected: 2)
    }

    @Test("where no unique index finds rows, nothing is begun")
    func noKey() async throws {
      try bench.sql("CREATE TABLE things (id int4, note text)")
      try write([(1, "a")])
      let report = try await bench.run(pipeline("mode: upsert, key: id"))
      expectFailed(report, .schema, "load.schema")
      #expect(report.error?.message.contains("no unique index") ?? false)
    }

    // MARK: - Sync

    @Test("sync deletes what the source does not have, and the saved rows can be brought back")
    func sync() async throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, note text, extra text, size int4 GENERATED ALWAYS AS (id * 2) STORED);
        INSERT INTO things SELECT i, 'n' || i, CASE WHEN i = 3 THEN E'a\\tb\\\\c\\nd' END FROM generate_series(1, 10) i
        """)
      let before = try bench.rows("SELECT * FROM things ORDER BY id")
      let pipeline = pipeline("mode: sync, key: id")
      try write((1...8).filter { $0 != 3 }.map { ($0, "n\($0)") } + [(10, "ten")])
      let report = try await bench.run(pipeline)
      try expectVerified(report, rows: 8)
      #expect(try counts(report) == [0, 1, 7, 2, 0])
      try expectVerified(try await bench.verify(pipeline), rows: 8)
      let command = try #require(try part(report).restore)
      let ended = try Program(
        "bash", ["-c", command], environment: ["PATH": "/usr/bin:/bin"]
      ).wait()
      #expect(ended.status == 0, "\(command): \(ended.errors)")
      #expect(try bench.rows("SELECT * FROM things WHERE id <> 10 ORDER BY id") == before.filter { $0[0] != "10" })
      let late = try await bench.verify(pipeline)
      expectFailed(late, .integrity, "run.parity")
      #expect(late.differences.map(\.kind) == [.extra, .extra])
      #expect(try bench.text("runs/\(report.run)/SHA256SUMS").contains("deleted/things.copy.zst"))
    }

    @Test("sync that would delete too much publishes nothing; --yes or --max-delete goes on from what is staged")
    func guarded() async throws {
      let pipeline = pipeline("mode: sync, key: id")
      for (number, change) in [
        { $0.isConfirmed = true }, { $0.maxDelete = .count(5) }, { $0.maxDelete = .percent(50) },
      ]
      .enumerated() as EnumeratedSequence<[(inout RunOptions) -> Void]> {
        try bench.sql(
          """
          DROP TABLE IF EXISTS things; CREATE TABLE things (id int4 PRIMARY KEY, note text);
          INSERT INTO things SELECT i, 'old' FROM generate_series(1, 10) i
          """)
        try write((6...15).map { ($0, "new") })
        let report = try await bench.run(pipeline)
        expectFailed(report, .refused, "load.deletes")
        #expect(report.error?.remedy?.contains("sluice resume \(report.run) --yes") ?? false)
        #expect(try bench.scalar("SELECT count(*) FILTER (WHERE note = 'old') FROM things") == "10")
        #expect(!bench.exists("runs/\(report.run)/deleted/things.copy.zst"), "nothing was deleted")
        #expect(try bench.scalar("SELECT outcome FROM sluice.runs WHERE run = '\(report.run)'") == "failed")
        let slices = try bench.rows("SELECT committed_at FROM sluice.slices WHERE run = '\(report.run)'")
        let resumed = try await bench.resume(report.run, change)
        try expectVerified(resumed, rows: 10)
        #expect(try counts(resumed) == [5, 5, 0, 5, 0], "\(number)")
        #expect(try bench.rows("SELECT committed_at FROM sluice.slices WHERE run = '\(report.run)'") == slices)
        #expect(try table() == (6...15).map { ["\($0)", "new"] })
      }
    }

    @Test("an empty source does not empty the table")
    func emptySource() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text); INSERT INTO things VALUES (1, 'a')")
      try bench.write("[]")
      let report = try await bench.run(pipeline("mode: sync, key: id"))
      expectFailed(report, .refused, "load.deletes")
      #expect(try bench.count() == 1)
    }

    @Test("sync does not delete the rows of records that were set aside")
    func syncWithRejects() async throws {
      try bench.sql(
        "CREATE TABLE things (id int4 PRIMARY KEY, note text); INSERT INTO things VALUES (1, 'a'), (2, 'b')")
      try bench.write(#"[{"id": 1, "note": "A"}, {"id": 2, "note": 5}]"#)
      let report = try await bench.run(pipeline("mode: sync, key: id")) { $0.onError = .reject }
      expectFailed(report, .data, "run.withheld")
      #expect(try table() == [["1", "a"], ["2", "b"]])
      let resumed = try await bench.resume(report.run) { $0.isConfirmed = true }
      try expectVerified(resumed, rows: 1, rejected: 1)
      #expect(try table() == [["1", "A"]])
    }

    // MARK: - Repeated keys

    @Test(
      "repeated keys follow the policy in every mode, are counted, and verified",
      arguments: ["append", "replace", "upsert", "sync"], ["first", "last"])
    func repeated(mode: String, policy: String) async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text)")
      if mode != "append" { try bench.sql("INSERT INTO things VALUES (1, 'old')") }
      let ids = (0..<500).map { $0 % 100 }
      try write(ids.enumerated().map { ($1, "n\($0)") })
      let pipeline = pipeline("mode: \(mode), key: id, repeated: \(policy)")
      let report = try await bench.run(pipeline) { options in
        small(&options)
        options.jobs = 4
      }
      try expectVerified(report, rows: 100, filtered: 400)
      #expect(try part(report).repeated == 400)
      #expect(try table() == (0..<100).map { ["\($0)", "n\(policy == "first" ? $0 : 400 + $0)"] })
      try expectVerified(try await bench.verify(pipeline), rows: 100, filtered: 400)
      try bench.sql("UPDATE things SET note = 'x' WHERE id = 5")
      #expect(try await bench.verify(pipeline).differences.map(\.kind) == [.changed])
    }

    @Test("without a run nobody knows which records gave way")
    func unknownRepeated() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text)")
      try write([(1, "a")])
      let report = try await bench.verify(pipeline("mode: upsert, key: id, repeated: last"))
      expectFailed(report, .integrity, "run.unverifiable")
    }

    // MARK: - Before COMMIT

    @Test("what a trigger changes is seen before COMMIT: nothing is published", arguments: ["upsert", "sync"])
    func mismatch(mode: String) async throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, note text); INSERT INTO things VALUES (1, 'a'), (2, 'b');
        CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := upper(NEW.note); RETURN NEW; END';
        CREATE TRIGGER shout BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION shout()
        """)
      try write([(1, "a"), (2, "c"), (3, "d")])
      let report = try await bench.run(pipeline("mode: \(mode), key: id"))
      expectFailed(report, .integrity, "run.parity")
      #expect(report.error?.message.hasPrefix("nothing was published") ?? false)
      let difference = try #require(report.differences.first)
      #expect(report.differences.count == 1 && difference.kind == .changed && difference.key == ["id": "2"])
      #expect(difference.columns.map { [$0.column, $0.expected, $0.actual] } == [["note", "c", "C"]])
      #expect(try table() == [["1", "a"], ["2", "b"]])
      try bench.sql("DROP TRIGGER shout ON things")
      let resumed = try await bench.resume(report.run)
      try expectVerified(resumed, rows: 3)
      #expect(try counts(resumed) == [1, 1, 1, 0, 0])
    }

    @Test("a constraint of the table stops publishing, with its name; corrected, the run goes on")
    func constraint() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text UNIQUE); INSERT INTO things VALUES (1, 'a')")
      try write([(2, "a"), (3, "b")])
      let report = try await bench.run(pipeline("mode: upsert, key: id"))
      expectFailed(report, .data, "load.refused")
      #expect(report.error?.place == "public.things.things_note_key")
      #expect(report.error?.message.contains("23505") ?? false)
      try bench.sql("UPDATE things SET note = 'z'")
      let resumed = try await bench.resume(report.run)
      try expectVerified(resumed, rows: 2)
      #expect(try counts(resumed) == [2, 0, 0, 0, 0])
    }

    @Test("a run that ended between its publishing and its report publishes nothing twice")
    func publishedBefore() async throws {
      let pipeline = pipeline("mode: sync, key: id, create: true, repeated: last")
      try write([(1, "a"), (2, "b")])
      try expectVerified(try await bench.run(pipeline), rows: 2)
      try write([(2, "B"), (3, "c"), (3, "d")])
      let report = try await bench.run(pipeline) { $0.isConfirmed = true }
      try expectVerified(report, rows: 2, filtered: 1)
      // As if it had been killed right behind COMMIT, with somebody at work since.
      try bench.sql(
        """
        UPDATE sluice.runs SET finished_at = NULL, outcome = NULL, report = NULL WHERE run = '\(report.run)';
        UPDATE things SET note = 'later' WHERE id = 3
        """)
      try FileManager.default.removeItem(atPath: bench.path("runs/\(report.run)/report.json"))
      let resumed = try await bench.resume(report.run)
      try expectVerified(resumed, rows: 2, filtered: 1)
      #expect(try counts(resumed) == [1, 1, 0, 1, 1])
      #expect(try part(resumed).restore == part(report).restore)
      #expect(try table() == [["2", "B"], ["3", "later"]])
    }

    @Test("a session that ends while it publishes is no failure: it is done again, once")
    func lostSession() async throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, note text); INSERT INTO things VALUES (1, 'a'), (2, 'b');
        CREATE SEQUENCE tries;
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF nextval('public.tries') < 3 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$;
        CREATE TRIGGER die AFTER INSERT ON things FOR EACH STATEMENT EXECUTE FUNCTION die()
        """)
      try write([(1, "A"), (3, "c")])
      let report = try await bench.run(pipeline("mode: sync, key: id")) { options in
        options.isConfirmed = true
        options.retryFor = .seconds(60)
      }
      try expectVerified(report, rows: 2)
      #expect(try counts(report) == [1, 1, 0, 1, 0])
      #expect(try table() == [["1", "A"], ["3", "c"]])
      #expect(try bench.scalar("SELECT last_value FROM tries") == "3")
      #expect(bench.exists("runs/\(report.run)/deleted/things.copy.zst"))
    }

    @Test("cancelled while it waits for the table it ends soon, publishes nothing, and can be resumed")
    func cancelled() async throws {
      let pipeline = pipeline("mode: upsert, key: id")
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text)")
      try write([(1, "a")])
      let loaded = try bench.load(pipeline)
      let other = try bench.database.connect()
      defer { other.close() }
      try other.executeScript("BEGIN; LOCK TABLE public.things IN SHARE MODE")
      let options = bench.options
      let run = Task { await Run(loaded, options: options).execute() }
      while try bench.scalar(
        "SELECT count(*) FROM pg_locks WHERE relation = 'things'::regclass AND NOT granted") == "0"
      { await Task.yield() }
      run.cancel()
      let report = await run.value
      #expect(report.outcome == .interrupted && report.exit == Records.ExitStatus.interrupted.rawValue)
      try other.executeScript("COMMIT")
      #expect(try bench.count() == 0)
      try expectVerified(try await bench.resume(report.run), rows: 1)
    }

    @Test("without verification nothing is called verified")
    func unverified() async throws {
      let pipeline = pipeline("mode: upsert, key: id, create: true, repeated: first")
      try write([(1, "a"), (1, "b"), (2, "c")])
      let report = try await bench.run(pipeline) { $0.verifies = false }
      #expect(report.outcome == .loaded && report.exit == Records.ExitStatus.success.rawValue)
      #expect(try part(report).parity?.mode == .unverified && part(report).parity?.actual == nil)
      #expect(try part(report).parity?.expected.rows == 2)
      let later = try await bench.verify(pipeline)
      try expectVerified(later, rows: 2, filtered: 1)
      #expect(try part(later).parity?.expected == part(report).parity?.expected)
    }

    @Test("a dry run writes nothing and says what would be loaded")
    func dryRun() async throws {
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text)")
      try write([(1, "a")])
      let report = try await bench.run(pipeline("mode: sync, key: id")) { $0.isDryRun = true }
      #expect(report.outcome == .dryRun && report.error == nil)
      #expect(try bench.count() == 0 && bench.scalar("SELECT to_regnamespace('sluice') IS NULL") == "t")
    }
  }
}
