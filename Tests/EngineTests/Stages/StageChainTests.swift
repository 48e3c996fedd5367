import Engine
import Foundation
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// A chain of single stages comes to what one run comes to.
  @Suite("Chains of stages") struct StageChains {
    /// Every mode that a run knows.
    private static let modes = ["append", "replace", "upsert", "sync"]

    /// What is left of a load, whichever way it went.
    private struct Result {
      var counts: [Int]
      var bytes: Int64
      var parity: [String]
      var rejects: [Reject]
      var rows: [[String?]]
      var slices: [[String?]]
      var warnings: [Warning]
    }

    private func result(_ report: Report, _ bench: Workbench) throws -> Result {
      let part = try part(report)
      let parity = try #require(part.parity)
      let rejects = part.rejected > 0 ? try bench.rejects(of: report) : []
      return Result(
        counts: [part.read, part.loaded, part.rejected, part.filtered, part.warnings, part.changed], bytes: part.bytes,
        parity: ["\(parity.mode)", parity.expected.digest, parity.actual?.digest ?? "none"],
        rejects: rejects.sorted { $0.ordinal < $1.ordinal }.map(Self.withoutNames),
        rows: try bench.rows("SELECT things::text FROM things ORDER BY 1"),
        slices: try bench.rows(
          """
          SELECT slice, byte_from, byte_to, read, loaded, rejected, filtered, rows, digest, refused
          FROM sluice.slices JOIN sluice.slice_tables USING (run, dataset, slice)
          WHERE run = '\(report.run)' ORDER BY slice
          """), warnings: part.warningExamples)
    }

    /// The name of the database, and of a limited type that only the table knows, stand in sentences for people.
    private static func withoutNames(_ reject: Reject) -> Reject {
      var reject = reject
      reject.reason = reject.reason.replacing(#/staging_[0-9a-f]{32}/#, with: "staging").replacing(
        #/ \((sluice@).*/#, with: ""
      ).replacing(
        "character varying(4)", with: "text")
      return reject
    }

    private func expectSame(_ one: Result, _ other: Result, location: SourceLocation = #_sourceLocation) {
      #expect(one.counts == other.counts, sourceLocation: location)
      #expect(one.bytes == other.bytes, sourceLocation: location)
      #expect(one.parity == other.parity, sourceLocation: location)
      #expect(one.rejects == other.rejects, sourceLocation: location)
      #expect(one.rows == other.rows, sourceLocation: location)
      #expect(one.slices == other.slices, sourceLocation: location)
      #expect(one.warnings == other.warnings, sourceLocation: location)
    }

    /// A table that has a row already, and the source.
    private func bench(_ sample: StageSample) throws -> Workbench {
      let bench = try Workbench()
      try bench.write(sample.source)
      try bench.sql(sample.table)
      try bench.sql("INSERT INTO things (place) VALUES (-1)")
      return bench
    }

    private static let small: @Sendable (inout RunOptions) -> Void = { options in
      options.sliceBytes = 4096
      options.onError = .reject
      // The row that was there before is more than sync deletes unasked.
      options.isConfirmed = true
    }

    private func direct(_ sample: StageSample, _ mode: String) async throws -> Result {
      let bench = try bench(sample)
      let report = try await bench.run(sample.pipeline(mode: mode), Self.small)
      try expectVerified(report, rows: sample.rows, rejected: sample.rejected, filtered: sample.filtered)
      return try result(report, bench)
    }

    @Test("have the table, rejects, counts, ledger and digests of a run", arguments: StageSample.all, modes)
    func chain(_ sample: StageSample, _ mode: String) async throws {
      let direct = try await direct(sample, mode)
      let bench = try bench(sample)
      let pipeline = sample.pipeline(mode: mode)
      var report = try await bench.stage(.extract, pipeline, run: nil, Self.small)
      expectStaged(report)
      for stage in [Stage.transform, .validate] {
        report = try await bench.stage(stage, pipeline, run: report.run, Self.small)
        expectStaged(report)
      }
      report = try await bench.stage(.load, pipeline, run: report.run, Self.small)
      try expectVerified(report, rows: sample.rows, rejected: sample.rejected, filtered: sample.filtered)
      expectSame(try result(report, bench), direct)
      try call("sha256sum", "--quiet", "-c", "SHA256SUMS", in: bench.path("runs/\(report.run)"))

      // Verification after it is as strict as after a run: with the source and with the file.
      let file = bench.path("runs/\(report.run)/stages/things.rows.pgcopy.zst")
      for input in [nil, file] {
        let verified = try await bench.verify(pipeline) { $0.input = input }
        try expectVerified(verified, rows: sample.rows, rejected: sample.rejected, filtered: sample.filtered)
      }
      try bench.sql("DELETE FROM things WHERE place = (SELECT min(place) FROM things WHERE place >= 0)")
      for input in [nil, file] {
        let differs = try await bench.verify(pipeline) { $0.input = input }
        expectFailed(differs, .integrity, "run.parity")
        #expect(differs.differences.count == 1)
      }
    }

    @Test("in one process go from any stage to any other", arguments: [Stage.extract, .transform, .validate])
    func ranges(_ last: Stage) async throws {
      let sample = StageSample.all[0]
      let direct = try await direct(sample, "append")
      let bench = try bench(sample)
      let pipeline = sample.pipeline(mode: "append")
      let first = try await bench.run(pipeline) { options in
        Self.small(&options)
        options.last = last
      }
      expectStaged(first)
      let next = try #require(Stage.allCases.firstIndex(of: last)) + 1
      let report = try await bench.run(pipeline) { options in
        Self.small(&options)
        options.first = Stage.allCases[next]
        options.runID = first.run
      }
      try expectVerified(report, rows: sample.rows, rejected: sample.rejected, filtered: sample.filtered)
      expectSame(try result(report, bench), direct)
    }

    @Test("begin with the files that a run kept", arguments: StageSample.all)
    func keepStages(_ sample: StageSample) async throws {
      let bench = try bench(sample)
      let pipeline = sample.pipeline(mode: "replace")
      let report = try await bench.run(pipeline) { options in
        Self.small(&options)
        options.keepsStages = true
      }
      try expectVerified(report, rows: sample.rows, rejected: sample.rejected, filtered: sample.filtered)
      try call("sha256sum", "--quiet", "-c", "SHA256SUMS", in: bench.path("runs/\(report.run)"))
      let direct = try result(report, bench)
      for (kind, stage) in [("records.ndjson", Stage.transform), ("rows.pgcopy", .load)] {
        let file = bench.path("runs/\(report.run)/stages/things.\(kind).zst")
        let again = try await bench.run(pipeline) { options in
          Self.small(&options)
          options.first = stage
          options.input = file
        }
        try expectVerified(again, rows: sample.rows, rejected: sample.rejected, filtered: sample.filtered)
        expectSame(try result(again, bench), direct)
      }
    }

    @Test("are not loaded before they were validated, nor twice under one id, nor into another table")
    func refusals() async throws {
      let sample = StageSample.all[0]
      let bench = try bench(sample)
      let pipeline = sample.pipeline(mode: "append")
      var report = try await bench.stage(.extract, pipeline, run: nil, Self.small)
      report = try await bench.stage(.transform, pipeline, run: report.run, Self.small)
      expectFailed(try await bench.stage(.load, pipeline, run: report.run, Self.small), .resume, "stage.foreign")
      _ = try await bench.stage(.validate, pipeline, run: report.run, Self.small)
      try bench.sql("ALTER TABLE things ALTER name TYPE char(10)")
      let padded = try await bench.stage(.load, pipeline, run: report.run, Self.small)
      expectFailed(padded, .resume, "stage.foreign")
      #expect(padded.error?.message.contains("column name") == true)
      #expect(try bench.rows("SELECT place FROM things") == [["-1"]])
      try bench.sql("ALTER TABLE things ALTER name TYPE varchar(10)")
      let loaded = try await bench.stage(.load, pipeline, run: report.run, Self.small)
      try expectVerified(loaded, rows: sample.rows, rejected: sample.rejected, filtered: sample.filtered)
      expectFailed(try await bench.stage(.load, pipeline, run: report.run, Self.small), .refused, "run.taken")
    }

    @Test("reject what the table would round or cut, with the words of a run")
    func limits() async throws {
      let columns = ["place int8, at: $ordinal", "name text", "price numeric", "at timestamp", "tags text[]"]
      let source = """
        [{"name": "abcd", "price": 1.25, "at": "2024-01-01T00:00:00.123", "tags": ["abc"]},
         {"name": "abcde", "price": 1, "at": null, "tags": []}, {"name": "a", "price": 1.255, "at": null, "tags": null},
         {"name": "a", "price": 1000, "at": null}, {"name": "a", "price": 1, "at": "2024-01-01T00:00:00.1234"},
         {"name": "ä€😀x", "price": -999.99, "tags": ["abcd"]}, {"name": "", "price": 0.10, "tags": [null, ""]}]
        """
      let table = """
        CREATE TABLE things (place int8, name varchar(4), price numeric(5,2), at timestamp(3), tags varchar(3)[])
        """
      let sample = StageSample(
        format: "array", source: source, columns: columns, rules: [], table: table, rows: 2, rejected: 5)
      try await chain(sample, "append")
    }

    @Test("keep of a repeated key what a run keeps", arguments: ["first", "last"])
    func repeatedKeys(_ kept: String) async throws {
      let records = (0..<300).map { i in #"{"id": \#(i % 250), "name": "n\#(i)"}"# }
      let sample = StageSample(
        format: "array", source: "[" + records.joined(separator: ",\n") + "]",
        columns: ["place int8, at: $ordinal", "id int4", "name text"], rules: [],
        table: "CREATE TABLE things (place int8, id int4 DEFAULT -1, name text, UNIQUE (id))", rows: 250, rejected: 0,
        filtered: 50, key: "id")
      for mode in ["append", "sync"] { try await chain(sample, "\(mode), repeated: \(kept)") }
    }

    @Test("bring enums, arrays of them and domains of text; a domain of another type is refused")
    func ownTypes() async throws {
      let types =
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN word AS varchar(3); CREATE DOMAIN score AS int4;"
      let source = #"[{"m": "ok", "l": ["sad", null], "w": "abc"}, {"m": "no", "l": [], "w": "a"}, {"w": "abcd"}]"#
      let columns = ["place int8, at: $ordinal", "m mood", "l mood[]", "w word"]
      let sample = StageSample(
        format: "array", source: source, columns: columns, rules: [],
        table: types + "CREATE TABLE things (place int8, m mood, l mood[], w word, name text)", rows: 1, rejected: 2)
      try await chain(sample, "append")

      let bench = try Workbench()
      try bench.sql(types + "CREATE TABLE things (place int8, s score)")
      try bench.write(#"[{"s": "1"}]"#)
      let pipeline = yaml(["place int8, at: $ordinal", "s score"], into: "{ table: things, mode: append }")
      let staged = try await bench.run(pipeline) { $0.last = .validate }
      expectStaged(staged)
      let refused = try await bench.stage(.load, pipeline, run: staged.run)
      expectFailed(refused, .resume, "stage.foreign")
      #expect(refused.error?.message.contains("column s: it has values of score, the table has ") == true)
    }

    @Test("that were interrupted while loading go on where they stood")
    func resume() async throws {
      let sample = StageSample.all[0]
      let bench = try bench(sample)
      let pipeline = sample.pipeline(mode: "append")
      let staged = try await bench.run(pipeline) { options in
        Self.small(&options)
        options.last = .validate
      }
      // The server refuses a row of a later slice, and the run stops there.
      let stopped = try await bench.stage(.load, pipeline, run: staged.run) { options in
        Self.small(&options)
        options.maxErrors = .count(3)
        options.jobs = 1
      }
      #expect(stopped.outcome == .failed)
      let committed = try #require(try bench.scalar("SELECT count(*) FROM sluice.slices").flatMap { Int($0) })
      #expect(committed > 0)
      // A stage that is taken again in its folder leaves the load its plan.
      expectStaged(try await bench.stage(.validate, pipeline, run: staged.run, Self.small))
      let resumed = try await bench.resume(staged.run) { $0.maxErrors = nil }
      try expectVerified(resumed, rows: sample.rows, rejected: sample.rejected, filtered: sample.filtered)
      #expect(try bench.count() == sample.rows + 1)
    }
  }
}
