import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What somebody does to the table behind the tool's back has to be found, wherever it is.
  @Suite("Verification") struct Differences {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.sql(TypeSample.prelude)
      try bench.sql(TypeSample.table())
      try bench.write(TypeSample.source)
    }

    private let keyed = yaml(TypeSample.columns, into: "{ table: things, mode: replace, key: [id] }")
    private let keyless = yaml(TypeSample.columns)

    private func load(_ pipeline: String) async throws {
      try expectVerified(try await bench.run(pipeline), rows: 4)
      try expectVerified(try await bench.verify(pipeline), rows: 4)
      try bench.sql("CREATE TABLE saved AS TABLE things")
    }

    private func expectDifferent(
      _ report: Report, missing: Int = 0, extra: Int = 0, changed: Int = 0, location: SourceLocation = #_sourceLocation
    ) throws {
      expectFailed(report, .integrity, "run.parity", location: location)
      let counts = try #require(try part(report).parity?.counts, sourceLocation: location)
      #expect(
        counts == DifferenceCounts(missing: missing, extra: extra, changed: changed), sourceLocation: location)
      #expect(report.differences.count == missing + extra + changed, sourceLocation: location)
      #expect(report.differences == (try part(report).parity?.differences), sourceLocation: location)
    }

    @Test("finds a changed value, a value that became NULL and a NULL that got one, in a column of every type")
    func changedValues() async throws {
      try await load(keyed)
      for sample in TypeSample.all {
        try bench.sql(
          """
          UPDATE things SET \(sample.column) = \(sample.other) WHERE id IN (1, 3);
          UPDATE things SET \(sample.column) = NULL WHERE id = 2;
          """)
        let report = try await bench.verify(keyed)
        try expectDifferent(report, changed: 3)
        let found = report.differences.sorted { ($0.key["id"] ?? "") ?? "" < ($1.key["id"] ?? "") ?? "" }
        #expect(found.map(\.kind) == [.changed, .changed, .changed], "\(sample.column)")
        #expect(found.map(\.key) == [["id": "1"], ["id": "2"], ["id": "3"]], "\(sample.column)")
        #expect(found.map { $0.columns.map(\.column) } == [[sample.column], [sample.column], [sample.column]])
        let values = found.compactMap(\.columns.first)
        #expect(values[0].expected != values[0].actual && values[0].expected != nil, "\(sample.column)")
        #expect(values[1].expected != nil && values[1].actual == nil, "\(sample.column)")
        #expect(values[2].expected == nil && values[2].actual == values[0].actual, "\(sample.column)")
        try bench.sql(
          "UPDATE things SET \(sample.column) = saved.\(sample.column) FROM saved WHERE saved.id = things.id")
      }
      try expectVerified(try await bench.verify(keyed), rows: 4)
    }

    @Test("names a deleted row, a repeated row and a new row by its key")
    func rowsWithKey() async throws {
      try await load(keyed)
      try bench.sql("DELETE FROM things WHERE id = 2")
      var report = try await bench.verify(keyed)
      try expectDifferent(report, missing: 1)
      #expect(report.differences.first?.kind == .missing)
      #expect(report.differences.first?.key == ["id": "2"])

      try bench.sql(
        "INSERT INTO things SELECT * FROM saved WHERE id = 2; INSERT INTO things SELECT * FROM saved WHERE id = 1")
      report = try await bench.verify(keyed)
      try expectDifferent(report, extra: 1)
      #expect(report.differences.first?.kind == .extra)
      #expect(report.differences.first?.key == ["id": "1"])

      try bench.sql("TRUNCATE things; INSERT INTO things TABLE saved; INSERT INTO things (id) VALUES (77)")
      report = try await bench.verify(keyed)
      try expectDifferent(report, extra: 1)
      #expect(report.differences.first?.key == ["id": "77"])
    }

    @Test("without a key finds the same, a changed row as one missing and one extra with all their columns")
    func rowsWithoutKey() async throws {
      try await load(keyless)
      try bench.sql("UPDATE things SET c_text = 'other' WHERE id = 1")
      var report = try await bench.verify(keyless)
      try expectDifferent(report, missing: 1, extra: 1)
      let missing = try #require(report.differences.first { $0.kind == .missing })
      let extra = try #require(report.differences.first { $0.kind == .extra })
      #expect(missing.key.count == TypeSample.columns.count)
      #expect(missing.key.filter { extra.key[$0.key] != $0.value }.map(\.key) == ["c_text"])
      #expect(extra.key["c_text"] == "other")

      try bench.sql("TRUNCATE things; INSERT INTO things TABLE saved; DELETE FROM things WHERE id = 3")
      report = try await bench.verify(keyless)
      try expectDifferent(report, missing: 1)
      #expect(report.differences.first?.key["id"] == "3")

      try bench.sql("INSERT INTO things SELECT * FROM saved WHERE id IN (3, 4)")
      report = try await bench.verify(keyless)
      try expectDifferent(report, extra: 1)
      #expect(report.differences.first?.key["id"] == "4")
    }

    @Test("a row that took another's place is one missing and one extra, though the counts are equal")
    func swappedRow() async throws {
      try await load(keyed)
      try bench.sql("DELETE FROM things WHERE id = 3; INSERT INTO things (id) VALUES (33)")
      let report = try await bench.verify(keyed)
      try expectDifferent(report, missing: 1, extra: 1)
      let rows = try #require(try part(report).parity)
      #expect(rows.actual?.rows == rows.expected.rows)
    }

    @Test("two rows that exchanged their values are found")
    func exchangedValues() async throws {
      try await load(keyed)
      try bench.sql(
        "UPDATE things SET c_text = (SELECT c_text FROM saved WHERE saved.id = 3 - things.id) WHERE id IN (1, 2)")
      let report = try await bench.verify(keyed)
      try expectDifferent(report, changed: 2)
      #expect(report.differences.allSatisfy { $0.columns.map(\.column) == ["c_text"] })
    }

    @Test("an empty table lacks every row, and a table that is gone is an error of the schema")
    func emptyTable() async throws {
      try await load(keyed)
      try bench.sql("TRUNCATE things")
      try expectDifferent(try await bench.verify(keyed), missing: 4)
      try bench.sql("DROP TABLE things")
      expectFailed(try await bench.verify(keyed), .schema, "run.table")
    }
  }

  @Suite("Comparison") struct Comparison {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test("lists a hundred differences and counts all")
    func manyDifferences() async throws {
      let pipeline = yaml(["id int4", "name text"], into: "{ table: things, mode: replace, create: true, key: id }")
      try bench.write("[" + (0..<500).map { #"{"id": \#($0), "name": "n\#($0)"}"# }.joined(separator: ",") + "]")
      try expectVerified(try await bench.run(pipeline), rows: 500)
      try bench.sql(
        """
        UPDATE things SET name = 'x' WHERE id < 150;
        DELETE FROM things WHERE id BETWEEN 200 AND 219;
        INSERT INTO things SELECT i, 'new' FROM generate_series(1000, 1006) i;
        """)
      let report = try await bench.verify(pipeline)
      expectFailed(report, .integrity, "run.parity")
      let parity = try #require(try part(report).parity)
      #expect(parity.counts == DifferenceCounts(missing: 20, extra: 7, changed: 150))
      #expect(report.differences.count == 100)
      #expect(Set(report.differences.map { "\($0.kind) \($0.key)" }).count == 100, "none twice")
      #expect(parity.expected.rows == 500 && parity.actual?.rows == 487)
    }

    @Test("calls a jsonb equal whose keys stand in another order or whose numbers are written otherwise")
    func equalDocuments() async throws {
      let pipeline = yaml(["id int4", "data jsonb", "n numeric"], into: created)
      try bench.write(
        #"""
        [{"id": 1, "data": {"b": 1.0, "a": {"y": 1e2, "x": -0}}, "n": 1.0},
         {"id": 2, "data": {"k\u0065y": "\u0041\/"}, "n": "2.50"}]
        """#)
      try expectVerified(try await bench.run(pipeline), rows: 2)
      try bench.sql(
        #"""
        UPDATE things SET data = '{"a": {"x": 0, "y": 100.00}, "b": 1}', n = 1 WHERE id = 1;
        UPDATE things SET data = '{"key": "A/"}', n = 2.5 WHERE id = 2;
        """#)
      try expectVerified(try await bench.verify(pipeline), rows: 2)
      try bench.sql("UPDATE things SET data = jsonb_set(data, '{b}', '1.00000000000000000001') WHERE id = 1")
      expectFailed(try await bench.verify(pipeline), .integrity, "run.parity")
      try bench.sql("UPDATE things SET data = jsonb_set(data, '{b}', '\"1\"') WHERE id = 1")
      expectFailed(try await bench.verify(pipeline), .integrity, "run.parity")
    }

    @Test("says which columns of the table it did not look at")
    func otherColumns() async throws {
      try bench.sql("CREATE TABLE things (id int4, note text DEFAULT 'none', at timestamptz DEFAULT now())")
      try bench.write(#"[{"id": 1}]"#)
      let pipeline = yaml(["id int4"])
      try expectVerified(try await bench.run(pipeline), rows: 1)
      try bench.sql("UPDATE things SET note = 'changed'")
      let report = try await bench.verify(pipeline)
      try expectVerified(report, rows: 1)
      #expect(try part(report).uncompared == ["note", "at"])
    }

    @Test("a key of two columns tells its parts apart")
    func keyOfTwo() async throws {
      let pipeline = yaml(
        ["a text", "b text", "v int4"], into: "{ table: things, mode: replace, create: true, key: [a, b] }")
      try bench.write(#"[{"a": "x", "b": "yz", "v": 1}, {"a": "xy", "b": "z", "v": 2}]"#)
      try expectVerified(try await bench.run(pipeline), rows: 2)
      try bench.sql("UPDATE things SET v = 3 WHERE a = 'xy'")
      let report = try await bench.verify(pipeline)
      #expect(report.differences.map(\.key) == [["a": "xy", "b": "z"]])
      #expect(report.differences.first?.columns.map(\.column) == ["v"])
    }
  }
}
