import Engine
import Foundation
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// `where` looks at records before their columns, rules and policies do.
  @Suite("Where") struct Where {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    /// The ids that are loaded, by a run and by what `verify` counts.
    private func loaded(
      _ source: String, _ pipeline: String, filtered: Int, rejected: Int = 0,
      _ change: (inout RunOptions) -> Void = { _ in }, location: SourceLocation = #_sourceLocation
    ) async throws -> [String?] {
      try bench.write(source)
      let report = try await bench.run(pipeline, change)
      let ids = try bench.rows("SELECT id FROM things ORDER BY id").map { $0[0] }
      try expectVerified(report, rows: ids.count, rejected: rejected, filtered: filtered, location: location)
      try expectVerified(
        try await bench.verify(pipeline), rows: ids.count, rejected: rejected, filtered: filtered, location: location)
      return ids
    }

    @Test("leaves a record out before a column refuses its value, a rule its row, or a key repeats")
    func first() async throws {
      let pipeline = yaml(
        ["id int4", "t text", "v int4, required: true"],
        into: "{ table: things, mode: replace, create: true, key: id }",
        rules: ["rule: range, of: v, min: 1"], filters: ["rule: oneOf, of: t, values: [a]"])
      let source = #"""
        {"id": 1, "t": "a", "v": 1}
        {"id": 2, "t": "b", "v": "text"}
        {"id": 1, "t": "b", "v": 2}
        {"id": 3, "t": "b"}
        {"id": 4, "t": "b", "v": 0}
        {"id": 5, "t": 5, "v": {}}
        {"id": 6, "t": "a", "v": 3}
        {"id": 7, "v": 4}
        {"id": 8, "t": null, "v": 5}
        """#
      #expect(try await loaded(source, pipeline, filtered: 5) == ["1", "6", "7", "8"])
    }

    @Test("compares dates and instants as the column reads them, in its zone")
    func dates() async throws {
      let days = #"[{"id": 1, "d": "2023-12-31"}, {"id": 2, "d": "2024-01-01"}, {"id": 3}]"#
      #expect(
        try await loaded(
          days, yaml(["id int4", "d date"], into: created, filters: [#"rule: range, of: d, min: "2024-01-01""#]),
          filtered: 1) == ["2", "3"])
      let times = #"""
        [{"id": 1, "d": "2023-12-31T23:59:59"}, {"id": 2, "d": "2024-01-01T00:00:00"},
         {"id": 3, "d": "2023-12-31T22:00:00Z"}, {"id": 4, "d": "2023-12-31T21:59:59Z"}, {"id": 5, "d": "infinity"}]
        """#
      try bench.sql("DROP TABLE things")
      #expect(
        try await loaded(
          times,
          yaml(
            ["id int4", "d timestamptz, zone: \"+02:00\""], into: created,
            filters: ["rule: range, of: d, min: 2024-01-01"]),
          filtered: 2) == ["2", "3", "5"])
    }

    @Test("looks into the record at what no column takes, and such a key is no extra one")
    func pointer() async throws {
      let source = #"""
        [{"id": 1, "deleted": true}, {"id": 2, "deleted": false}, {"id": 3}, {"id": 4, "deleted": "no"},
         {"id": 5, "deleted": false, "tags": [{"n": 1}, {"n": "x"}]}, {"id": 6, "tags": [{"n": 1}, {"n": 9}]}]
        """#
      let pipeline = yaml(
        ["id int4"], into: created,
        filters: ["rule: oneOf, of: /deleted, values: [false]", "rule: range, of: '/tags/*/n', max: 5"],
        policies: "extraKeys: reject")
      #expect(try await loaded(source, pipeline, filtered: 3) == ["2", "3", "5"])
    }

    @Test("leaves a record out before a policy refuses it, unless the key that it looks at is the one that repeats")
    func policies() async throws {
      let source = #"""
        {"id": 1, "t": "a"}
        {"id": 2, "t": "b", "x": "\u0000"}
        {"id": 3, "t": "b", "x": "\ud800"}
        {"id": 4, "t": "b", "x": 1, "x": 2}
        {"id": 5, "t": "b", "extra": 1}
        {"id": 6, "t": "b", "t": "a"}
        {"id": 7, "t": "b", "t": "c"}
        """#
      let pipeline = yaml(
        ["id int4", "t text", "x text"], into: created, filters: ["rule: oneOf, of: t, values: [a]"],
        policies: "duplicateKeys: reject, extraKeys: error")
      #expect(try await loaded(source, pipeline, filtered: 5, rejected: 1) == ["1"])
      let last = yaml(
        ["id int4", "t text", "x text"], filters: ["rule: oneOf, of: t, values: [a]"],
        policies: "duplicateKeys: last, extraKeys: error")
      #expect(try await loaded(source, last, filtered: 5) == ["1", "6"])
    }

    @Test("leaves nothing out that a rule cannot judge: the record goes on to its columns")
    func unjudged() async throws {
      let source =
        #"[{"id": 1, "v": 9}, {"id": 2, "v": "soon"}, {"id": 3, "v": "1"}, {"id": 4, "v": "7"}, {"id": 5, "v": ""}]"#
      let pipeline = yaml(["id int4", "v int4"], into: created, filters: ["rule: range, of: v, min: 5"])
      let ids = try await loaded(source, pipeline, filtered: 1, rejected: 2) { $0.onError = .reject }
      #expect(ids == ["1", "4"])
      let places = yaml(
        ["id int4"], filters: ["rule: range, of: /v, min: 5", "rule: length, of: /v, min: 1", "rule: notEmpty, of: /v"])
      #expect(try await loaded(source, places, filtered: 1) == ["1", "2", "3", "4"])
    }

    @Test("takes a column's default and its trimmed text, and compares numbers exactly")
    func values() async throws {
      let source = #"""
        [{"id": 1, "n": 0.3}, {"id": 2, "n": 0.30000000000000000001}, {"id": 3, "k": " b "}, {"id": 4, "k": "c"},
         {"id": 5, "n": 1, "k": "  "}]
        """#
      let pipeline = yaml(
        ["id int4", "n float8, default: 0.1", "k text, default: b, trim: true"], into: created,
        filters: ["rule: range, of: n, max: 0.3", "rule: oneOf, of: k, values: [b]", "rule: notEmpty, of: [k, n]"])
      #expect(try await loaded(source, pipeline, filtered: 3) == ["1", "3"])
    }

    @Test("counts the same where stages run one by one")
    func stages() async throws {
      try bench.write(#"[{"id": 1, "t": "a"}, {"id": "two", "t": "b"}, {"id": "three", "t": "a"}, {"id": 4, "t": ""}]"#)
      let pipeline = yaml(
        ["id int4", "t text"], into: created, rules: ["rule: notEmpty, of: t"],
        filters: ["rule: oneOf, of: t, values: [a, ''] "])
      var counts: [[Int]] = []
      for (first, last) in [
        (Stage.extract, Stage.extract), (.transform, .transform), (.validate, .validate), (.load, .verify),
      ] {
        let report = try await bench.run(pipeline) { options in
          options.runID = "staged"
          options.onError = .reject
          (options.first, options.last) = (first, last)
        }
        #expect(report.error == nil, "\(report.error as Any)")
        counts.append([try part(report).loaded, try part(report).rejected, try part(report).filtered])
      }
      #expect(counts == [[4, 0, 0], [2, 1, 1], [1, 2, 1], [1, 2, 1]])
      try expectVerified(
        try await bench.run(pipeline) { $0.onError = .reject }, rows: 1, rejected: 2, filtered: 1)
    }
  }
}
