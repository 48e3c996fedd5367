import Engine
import Foundation
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Records that cannot be loaded: by the type of a column, by a rule, by the database.
  @Suite("Rejects") struct Rejects {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func reject(_ options: inout RunOptions) { options.onError = .reject }

    /// The record's own bytes stand in the line that set it aside.
    private func expectRaw(_ rejects: [Reject], location: SourceLocation = #_sourceLocation) throws {
      let source = try bench.read("things.json")
      for reject in rejects {
        let range = Int(reject.offset)..<Int(reject.offset + reject.bytes)
        #expect(reject.raw.map { Array($0.utf8) } == Array(source[range]), sourceLocation: location)
      }
    }

    @Test("a value of the wrong type, a missing required one, a broken rule and a repeated key are set aside")
    func byStage() async throws {
      try bench.write(
        #"""
        [{"id": 1, "n": 1, "kind": "a"},
         {"id": 2, "n": "two", "kind": "a"},
         {"n": 3, "kind": "b"},
         {"id": 4, "n": 4, "kind": "é\t\"?"},
         {"id": 1, "n": 5, "kind": "b"},
         {"id": 6, "n": 6.5, "kind": "b"},
         {"id": 7, "n": 7, "kind": "b"}]
        """#)
      let pipeline = yaml(
        ["id int4, required: true", "n int2", "kind text"], into: created,
        rules: ["rule: unique, of: id", "rule: oneOf, of: kind, values: [a, b]"])
      let report = try await bench.run(pipeline, reject)
      try expectVerified(report, rows: 2, rejected: 5)
      #expect(try bench.rows("SELECT id FROM things ORDER BY id") == [["1"], ["7"]])
      let rejects = try bench.rejects(of: report).sorted { $0.ordinal < $1.ordinal }
      #expect(rejects.map(\.ordinal) == [1, 2, 3, 4, 5])
      #expect(rejects.map(\.line) == [2, 3, 4, 5, 6])
      #expect(rejects.map(\.stage) == ["transform", "transform", "validate", "validate", "transform"])
      #expect(rejects.map(\.rule) == ["type.int2", "required", "oneOf", "unique", "exact.int2"])
      #expect(rejects.map(\.pointer) == ["/n", "/id", "kind", "id", "/n"])
      #expect(rejects[3].reason == "id repeats the key of record 0 (counted from 0) at byte 1")
      #expect(rejects.allSatisfy { !$0.reason.contains("two") && !$0.reason.contains("?") }, "no content of a record")
      try expectRaw(rejects)
      try expectVerified(try await bench.verify(pipeline), rows: 2, rejected: 5)
    }

    @Test("a record that several columns refuse names up to five of them, and counts as one")
    func severalColumns() async throws {
      try bench.write(
        #"""
        [{"a": "x", "b": 1, "c": true, "d": 4, "l": 5}, {"a": "x", "b": "y", "c": 0, "d": [], "e": {}, "f": "z", "l": 6},
         {"a": 1, "b": 2, "c": true, "d": 3, "l": 7}]
        """#)
      let pipeline = yaml(
        ["a int4", "b int4", "c bool", "d int4, required: true", "e int4", "f int4", "l text, coerce: lenient"],
        into: created)
      let report = try await bench.run(pipeline, reject)
      try expectVerified(report, rows: 1, rejected: 2)
      #expect(try part(report).changed == 1, "of rows that are loaded")
      let rejects = try bench.rejects(of: report)
      #expect(rejects.map(\.pointer) == ["/a", "/a"] && rejects.map(\.rule) == ["type.int4", "type.int4"])
      #expect(!rejects[0].reason.contains("; also"))
      let parts = rejects[1].reason.split(separator: "; also ", omittingEmptySubsequences: false)
      #expect(parts.dropFirst().map { $0.prefix(3) } == ["/b:", "/c:", "/d:", "/e:"])
      #expect(parts.dropFirst().map { $0.contains("[type.") } == [true, true, true, true])
      #expect(rejects[1].reason.hasSuffix("[type.int4]; and more"), "\(rejects[1].reason)")
    }

    @Test("a record that columns, a key and rules refuse names all of it, in stages one by one too")
    func allFaults() async throws {
      try bench.write(
        #"""
        [{"id": "x", "n": -1, "t": "", "doc": {"k": 7}}, {"id": null, "n": -2, "t": "b", "extra": 1},
         {"id": 3, "n": -3, "t": "", "doc": {"k": 1}}, {"id": 4, "n": 4, "t": "d"}, {"id": 4, "n": -1, "t": "e"}]
        """#)
      let pipeline = yaml(
        ["id int4, required: true", "n int4", "t text", "doc jsonb"], into: created,
        rules: [
          "rule: range, of: n, min: 0", "rule: notEmpty, of: [t, id]", "rule: oneOf, of: doc/k, values: [1, 2]",
          "rule: unique, of: id",
        ], policies: "extraKeys: reject")
      let report = try await bench.run(pipeline, reject)
      try expectVerified(report, rows: 1, rejected: 4)
      let rejects = try bench.rejects(of: report).sorted { $0.ordinal < $1.ordinal }
      #expect(rejects.map(\.rule) == ["type.int4", "extraKey", "range", "range"])
      #expect(rejects.map(\.pointer) == ["/id", "/extra", "n", "n"])
      let others = rejects.map { $0.reason.split(separator: "; also ").dropFirst().map(String.init) }
      let (range, empty) = ("n is not at least 0 [range]", "t is missing, null or empty [notEmpty]")
      #expect(others[0] == [range, empty, "doc/k is none of the 2 values allowed [oneOf]"])
      #expect(others[1] == ["/id: the value is null and the column is required [required]", range])
      #expect(others[2] == [empty])
      #expect(
        others[3] == ["id repeats the key of record 3 (counted from 0) at byte \(rejects[3].offset - 29) [unique]"])
      for last in [Stage.extract, .transform, .validate] {
        _ = try await bench.run(pipeline) { options in
          options.runID = "staged"
          options.onError = .reject
          (options.first, options.last) = (last, last)
        }
      }
      let staged = try bench.text("runs/staged/rejects/things.ndjson").split(separator: "\n").sorted()
      #expect(staged == (try bench.text("runs/\(report.run)/rejects/things.ndjson")).split(separator: "\n").sorted())
    }

    @Test("with --on-error stop the first such record ends the run, and the table stays as it was made")
    func stop() async throws {
      try bench.write(#"[{"id": 1}, {"id": "one"}]"#)
      let report = try await bench.run(yaml(["id int4"], into: created))
      expectFailed(report, .data, "run.budget")
      #expect(report.error?.place == "dataset things, line 1, byte 12, /id", "and no number that is counted from 0")
      #expect(try bench.count() == 0)
      #expect(try bench.rejects(of: report).map(\.ordinal) == [1], "it is written down all the same")
    }

    @Test("a policy that says reject sets a record aside also under --on-error stop")
    func rejectByPolicy() async throws {
      try bench.write(#"[{"t": "a"}, {"t": "\u0000"}]"#)
      let report = try await bench.run(yaml(["t text"], into: created, policies: "nul: reject"))
      try expectVerified(report, rows: 1, rejected: 1)
      #expect(try bench.rejects(of: report).map(\.rule) == ["nul"])
    }

    // MARK: - What PostgreSQL refuses

    private static let refusals: [(what: String, sql: String, states: [String])] = [
      ("a unique index", "CREATE UNIQUE INDEX ON things (n)", ["23505"]),
      ("a CHECK", "ALTER TABLE things ADD CHECK (n <> 7 OR id = 7)", ["23514"]),
      (
        "a foreign key",
        "CREATE TABLE other (n int4 PRIMARY KEY); INSERT INTO other SELECT generate_series(0, 99) EXCEPT VALUES (207);"
          + "ALTER TABLE things ADD FOREIGN KEY (m) REFERENCES other (n)", ["23503"]
      ),
      (
        "a deferred foreign key",
        "CREATE TABLE other (n int4 PRIMARY KEY); INSERT INTO other SELECT generate_series(0, 99);"
          + "ALTER TABLE things ADD FOREIGN KEY (m) REFERENCES other (n) DEFERRABLE INITIALLY DEFERRED", ["23503"]
      ),
      (
        "a trigger that raises",
        """
        CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.n = 7 AND NEW.id <> 7 THEN RAISE EXCEPTION 'canary %', NEW.n; END IF; RETURN NEW; END $$;
        CREATE TRIGGER no BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION no();
        """, ["P0001"]
      ),
      ("NOT NULL", "ALTER TABLE things ALTER m SET NOT NULL", ["23502"]),
    ]

    /// 100 records of which two are refused by each of the constraints above.
    private func writeRefused(_ what: String) throws {
      let records = (0..<100).map { id -> String in
        let bad = id == 17 || id == 93
        let n = bad ? 7 : id
        let m = bad ? (what == "NOT NULL" ? "null" : "207") : "\(id)"
        return #"  {"id": \#(id), "n": \#(n), "m": \#(m)}"#
      }
      try bench.write("[\n" + records.joined(separator: ",\n") + "\n]")
    }

    @Test("what PostgreSQL refuses is set aside, and the rest is loaded and proved", arguments: 0..<refusals.count)
    func refusedByServer(_ number: Int) async throws {
      let refusal = Self.refusals[number]
      try bench.sql("CREATE TABLE things (id int4, n int4, m int4)")
      try bench.sql(refusal.sql)
      try writeRefused(refusal.what)
      let pipeline = yaml(["id int4", "n int4", "m int4"], into: "{ table: things, mode: append, key: id }")
      let report = try await bench.run(pipeline, reject)
      try expectVerified(report, rows: 98, rejected: 2)
      #expect(try bench.rows("SELECT id FROM things WHERE id IN (17, 93)").isEmpty)
      let rejects = try bench.rejects(of: report)
      #expect(rejects.map(\.ordinal) == [17, 93], "\(refusal.what)")
      #expect(rejects.map(\.stage) == ["load", "load"])
      #expect(Set(rejects.map(\.rule)) == Set(refusal.states))
      #expect(rejects.map(\.line) == [19, 95])
      #expect(!rejects.contains { $0.reason.contains("canary") })
      try expectRaw(rejects)
      #expect(try bench.scalar("SELECT refused::text FROM sluice.slices") == "{17,93}")
      try expectVerified(try await bench.verify(pipeline), rows: 98, rejected: 2)
    }

    @Test(
      "what PostgreSQL refuses ends the run under --on-error stop, named by its record", arguments: 0..<refusals.count)
    func stoppedByServer(_ number: Int) async throws {
      let refusal = Self.refusals[number]
      try bench.sql("CREATE TABLE things (id int4, n int4, m int4)")
      try bench.sql(refusal.sql)
      try writeRefused(refusal.what)
      let report = try await bench.run(yaml(["id int4", "n int4", "m int4"], into: "{ table: things }"))
      expectFailed(report, .data, "load.refused")
      #expect(report.error?.message.components(separatedBy: refusal.states[0]).count == 2, "\(report.error as Any)")
      #expect(report.error?.message.contains("canary") == false)
      #expect(try bench.count() == 0)
      #expect(try bench.count("sluice.slices") == 0)
    }

    @Test("a trigger that drops or changes rows is found, as what arrived is not what was sent")
    func silentTrigger() async throws {
      try bench.sql(
        """
        CREATE TABLE things (id int4, n int4);
        CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.n = 7 THEN RETURN NULL; END IF; RETURN NEW; END $$;
        CREATE TRIGGER quiet BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION quiet();
        """)
      try bench.write(#"[{"id": 1, "n": 1}, {"id": 2, "n": 7}]"#)
      let pipeline = yaml(["id int4", "n int4"], into: "{ table: things, key: id }")
      let dropped = try await bench.run(pipeline)
      expectFailed(dropped, .integrity, "load.count")
      #expect(try bench.count() == 0, "its slice is not committed")

      try bench.sql(
        """
        CREATE OR REPLACE FUNCTION public.quiet() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.n = NEW.n * 2; RETURN NEW; END $$;
        """)
      let changed = try await bench.run(pipeline)
      expectFailed(changed, .integrity, "run.parity")
      #expect(changed.differences.map(\.kind) == [.changed, .changed])
      #expect(changed.differences.allSatisfy { $0.columns.map(\.column) == ["n"] })
      #expect(try part(changed).parity?.counts == DifferenceCounts(missing: 0, extra: 0, changed: 2))
    }

    // MARK: - How many

    @Test("--max-errors bears so many and not one more, as a number and as a share", arguments: [3, 2])
    func budget(_ bad: Int) async throws {
      let records = (0..<200).map { #"{"id": \#($0 < bad ? "\"x\"" : "\($0)")}"# }
      try bench.write("[" + records.joined(separator: ",") + "]")
      let pipeline = yaml(["id int4"], into: created)
      for limit in ["2", "1%"] {
        let report = try await bench.run(pipeline) { options in
          options.onError = .reject
          options.maxErrors = RunLimit(limit)
        }
        if bad == 2 {
          try expectVerified(report, rows: 198, rejected: 2)
        } else {
          expectFailed(report, .data, "run.budget")
          #expect(report.error?.message.contains("3 of 200") == true, "\(report.error as Any)")
          #expect(try bench.count() == 0)
        }
      }
    }

    @Test("--max-errors counts what PostgreSQL refuses too")
    func serverBudget() async throws {
      try bench.sql("CREATE TABLE things (id int4 CHECK (id < 90))")
      try bench.write("[" + (0..<100).map { #"{"id": \#($0)}"# }.joined(separator: ",") + "]")
      let report = try await bench.run(yaml(["id int4"])) { options in
        options.onError = .reject
        options.maxErrors = .count(9)
      }
      expectFailed(report, .data, "run.budget")
      #expect(try bench.count() == 0)
    }

    @Test(
      "a where rule leaves records out, which are counted and not rejected; a warning is counted and blocks nothing")
    func filtersAndWarnings() async throws {
      let records = (0..<50).map { #"{"id": \#($0), "kind": "\#($0 % 5 == 0 ? "x" : "y")"}"# }
      try bench.write("[" + records.joined(separator: ",") + "]")
      let pipeline = yaml(
        ["id int4", "kind text"], into: created,
        rules: ["rule: range, of: id, max: 40, severity: warning"],
        filters: ["rule: oneOf, of: kind, values: [y]"])
      let report = try await bench.run(pipeline)
      try expectVerified(report, rows: 40, filtered: 10)
      #expect(try part(report).warnings == 8)
      #expect(try part(report).warningExamples.count == 8)
      #expect(try part(report).warningExamples.first?.rule == "range")
      #expect(!bench.exists("runs/\(report.run)/rejects/things.ndjson"))
      try expectVerified(try await bench.verify(pipeline), rows: 40, filtered: 10)
    }
  }
}
