import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Records larger than a chunk (1 MiB), sources larger than a slice (8 MiB).
  @Suite("Large sources") struct LargeSources {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func text(_ mebibytes: Int, _ piece: String = "0123456789abcde\\n") -> String {
      String(repeating: piece, count: (mebibytes << 20) / piece.utf8.count)
    }

    @Test("a record over many chunks arrives whole, between small ones, and so do its neighbours")
    func largeRecord() async throws {
      let large = text(5)
      let records = [
        #"{"id": 1}"#, #"{"id": 2}"#, #"{"id": 3, "data": ["\#(large)", 1]}"#, #"{"id": 4}"#, #"{"id": 5}"#,
      ]
      let pipeline = yaml(["id int4, required: true", "data jsonb"], into: created)
      for source in ["[" + records.joined(separator: ",\n") + "]", records.joined(separator: "\n")] {
        try bench.write(source)
        let report = try await bench.run(pipeline)
        try expectVerified(report, rows: 5)
        #expect(try part(report).bytes == source.utf8.count)
        let length = large.utf8.count / 17 * 16
        #expect(
          try bench.rows("SELECT id, length(data ->> 0) FROM things WHERE data IS NOT NULL") == [["3", "\(length)"]])
        try call(
          "sh", "-c", "zstd -qdc runs/\(report.run)/backup/things.json.zst | cmp - things.json", in: bench.folder)
      }
    }

    @Test("a record over the limit ends the run where it begins, whether or not its end was seen")
    func recordLimit() async throws {
      let pipeline = yaml(["id int4", "data jsonb"], into: created)
      for end in [#""}]"#, ""] {
        try bench.write(#"[{"id": 1}, {"id": 2, "data": "\#(text(4))\#(end)"#)
        let report = try await bench.run(pipeline) { $0.recordBytes = 2 << 20 }
        expectFailed(report, .source, "source.tooLarge")
        #expect(report.error?.place == "\(bench.path("things.json")), byte 12 (line 1, column 13)")
        #expect(try bench.count() == 0)
      }
    }

    // MARK: - Slices

    /// 180 records of 0.1 MiB, a line each: three slices, with records over both borders.
    private func writeSlices(_ change: (Int) -> String? = { _ in nil }) throws {
      let padding = text(1).prefix(100_000)
      let records = (0..<180).map { change($0) ?? #"{"id": \#($0), "t": "\#(padding)"}"# }
      try bench.write(records.joined(separator: "\n") + "\n")
    }

    private let pipeline = yaml(["id int4", "t text"], into: "{ table: things, mode: replace, create: true, key: id }")

    private func expectContiguous(slices: Int, location: SourceLocation = #_sourceLocation) throws {
      let rows = try bench.rows("SELECT slice, byte_from, byte_to FROM sluice.slices ORDER BY slice")
      #expect(rows.count == slices, sourceLocation: location)
      let end = rows.count == 3 ? try bench.read("things.json").count : rows.count * (8 << 20)
      let borders: [String?] = (0..<rows.count).map { "\($0 * (8 << 20))" } + ["\(end)"]
      #expect(rows.map { $0[1] } == Array(borders.dropLast()), sourceLocation: location)
      #expect(rows.map { $0[2] } == Array(borders.dropFirst()), sourceLocation: location)
    }

    @Test("slices lie end to end in the ledger, whatever the number of connections", arguments: [1, 3])
    func slices(_ jobs: Int) async throws {
      try writeSlices()
      let report = try await bench.run(pipeline) { $0.jobs = jobs }
      try expectVerified(report, rows: 180)
      try expectContiguous(slices: 3)
      #expect(
        try bench.rows("SELECT sum(read), sum(loaded), min(loaded) > 0 FROM sluice.slices") == [["180", "180", "t"]])
      #expect(
        try bench.rows("SELECT count(*), count(DISTINCT id), max(id), count(DISTINCT t) FROM things")
          == [["180", "180", "179", "1"]])
    }

    @Test("a refused record in each slice is set aside with its place, and the rest is proved")
    func refusedInSlices() async throws {
      try bench.sql("CREATE TABLE things (id int4 CHECK (id NOT IN (3, 84, 179)), t text)")
      try writeSlices { $0 == 100 ? #"{"id": "hundred"}"# : nil }
      let report = try await bench.run(pipeline) { $0.onError = .reject }
      try expectVerified(report, rows: 176, rejected: 4)
      let rejects = try bench.rejects(of: report).sorted { $0.ordinal < $1.ordinal }
      #expect(rejects.map(\.ordinal) == [3, 84, 100, 179])
      #expect(rejects.map(\.line) == [4, 85, 101, 180])
      let source = try bench.read("things.json")
      for reject in rejects {
        let record = source[Int(reject.offset)..<Int(reject.offset + reject.bytes)]
        #expect(reject.raw.map { Array($0.utf8) } == Array(record))
      }
      #expect(
        try bench.rows("SELECT refused::text FROM sluice.slices ORDER BY slice") == [["{3}"], ["{84}"], ["{179}"]])
      let verified = try await bench.verify(pipeline)
      #expect(verified.outcome == .verified)
    }

    @Test("what stops a run leaves whole slices only, each with its row in the ledger, and nothing is called verified")
    func stopped() async throws {
      for last in [#"{"id": "x"}"#, #"{"id": 0}"#, #"{"id": 179"#] {
        try bench.sql("DROP SCHEMA IF EXISTS sluice CASCADE")
        try writeSlices { $0 == 179 ? last : nil }
        let report = try await bench.run(pipeline)
        #expect(report.outcome == .failed)
        #expect(
          ["run.budget", "load.refused", "source.truncated"].contains(report.error?.code), "\(report.error as Any)")
        let slices = try bench.rows("SELECT slice, loaded FROM sluice.slices ORDER BY slice")
        #expect(slices.count < 3)
        #expect(try bench.count() == slices.compactMap { $0[1].flatMap { Int($0) } }.reduce(0, +))
        #expect(try bench.rows("SELECT outcome, finished_at FROM sluice.runs") == [["failed", nil]])
        #expect(try part(report).loaded == bench.count(), "the report says what the table has")
        #expect(!bench.exists("runs/\(report.run)/manifest.jsonl"), "the manifest gets its name from a whole run only")
      }
    }

    @Test("a record that spans many slices, and slices much smaller than a frame of the backup, hold nothing up")
    func longRecords() async throws {
      let long = #"{"id": 1, "t": "\#(String(repeating: "x", count: 3 << 20))"}"#
      let short = (2..<3000).map { #"{"id": \#($0), "t": "y"}"# }
      try bench.write("[" + ([long] + short + [long.replacing("1,", with: "0,")]).joined(separator: ",") + "]")
      let report = try await bench.run(pipeline) { options in
        options.sliceBytes = 4096
        options.jobs = 1
      }
      try expectVerified(report, rows: 3000)
      #expect(
        try bench.rows("SELECT count(DISTINCT id), max(id), sum(length(t)) FROM things")
          == [["3000", "2999", "\(2 * (3 << 20) + 2998)"]])
    }

    @Test("a difference in a source of several slices is found by its key")
    func differenceInSlices() async throws {
      try writeSlices()
      try expectVerified(try await bench.run(pipeline), rows: 180)
      try bench.sql("UPDATE things SET t = t || '.' WHERE id = 170; DELETE FROM things WHERE id = 20")
      let report = try await bench.verify(pipeline)
      expectFailed(report, .integrity, "run.parity")
      #expect(
        Set(report.differences.map { "\($0.kind) \($0.key["id"].flatMap { $0 } ?? "")" }) == [
          "changed 170", "missing 20",
        ])
      let long = try #require(report.differences.first { $0.kind == .changed }?.columns.first?.actual)
      #expect(long.utf8.count < 1000, "a report quotes no megabytes")
    }
  }
}
