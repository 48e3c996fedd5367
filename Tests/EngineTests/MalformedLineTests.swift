import Engine
import Foundation
import Records
import RejectFiles
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// `format: ndjson`, where a line is no JSON value.
  @Suite("Malformed lines") struct MalformedLines {
    private let bench: Workbench
    private let from = "{ file: things.json, format: ndjson }"

    init() throws { bench = try Workbench() }

    private func pipeline(_ mode: String = "replace") -> String {
      yaml(
        ["id int4, required: true", "name text", "place int8, at: $ordinal"], from: from,
        into: "{ table: things, mode: \(mode), key: id, create: true }",
        rules: ["rule: range, of: id, max: 100000"], filters: ["rule: range, of: id, min: 1"])
    }

    private func reject(_ options: inout RunOptions) { options.onError = .reject }

    private func small(_ options: inout RunOptions) {
      options.onError = .reject
      options.sliceBytes = 4096
    }

    /// Ten malformed lines of five kinds, one of them not UTF-8; a record that a rule refuses, one that is filtered.
    private func write() throws -> [[UInt8]] {
      let bad: [[UInt8]] = [
        Array("x".utf8), Array(#"{"id":5,"name":"#.utf8), Array(#"{"id": 7, "name": "open"#.utf8),
        Array(#"{"id":8,"name":"\#u{1}"}"#.utf8), Array(#"{"id":9,"name":""#.utf8) + [0xFF, 0xFE] + Array("\"}".utf8),
      ]
      var bytes: [UInt8] = []
      var lines: [[UInt8]] = []
      for id in 0..<600 {
        if id % 50 == 30, lines.count < 10 {
          bytes += bad[lines.count % bad.count] + [0x0D, 0x0A]
          lines.append(bad[lines.count % bad.count])
        }
        let name = String(repeating: "n", count: 80)
        bytes += Array("{\"id\": \(id == 500 ? 999_999 : id), \"name\": \"\(name)\"}\n".utf8)
      }
      try bench.write(bytes, to: "things.json")
      return lines
    }

    private func raw(_ reject: Reports.Reject) -> [UInt8]? { reject.record }

    private func rejects(_ report: Report) throws -> [Reports.Reject] {
      var found: [Reports.Reject] = []
      for file in try RejectFile.all(ofRun: report.run, in: bench.path("runs")) {
        let reader = try file.open()
        while let line = try reader.next() {
          if case .reject(let reject, _) = line { found.append(reject) } else { Issue.record("\(line)") }
        }
      }
      return found
    }

    private func expectWhole(_ report: Report, _ lines: [[UInt8]], location: SourceLocation = #_sourceLocation) throws {
      try expectVerified(report, rows: 598, rejected: 11, filtered: 1, location: location)
      #expect(try bench.scalar("SELECT count(*) FROM things WHERE id BETWEEN 1 AND 599") == "598")
      #expect(try bench.scalar("SELECT sum(length(name)) FROM things") == "\(598 * 80)")
      // Ten malformed lines stand before the last record.
      #expect(try bench.scalar("SELECT place FROM things WHERE id = 599") == "609")
      let malformed = try rejects(report).filter { $0.rule == "malformed" }
      #expect(malformed.map(raw) == lines, sourceLocation: location)
      #expect(malformed.allSatisfy { $0.stage == .extract && $0.pointer.isEmpty && !$0.reason.contains("nnn") })
      let source = try bench.read("things.json")
      for reject in malformed {
        #expect(Array(source[Int(reject.offset)..<Int(reject.offset + reject.bytes)]) == raw(reject))
        let line = source[..<Int(reject.offset)].count { $0 == 0x0A } + 1
        #expect(reject.line == Int64(line), sourceLocation: location)
      }
    }

    @Test("are set aside with their bytes, place and reason; the rest is loaded, backed up and proved")
    func aside() async throws {
      let lines = try write()
      let report = try await bench.run(pipeline(), small)
      try expectWhole(report, lines)
      let reasons = try rejects(report).filter { $0.rule == "malformed" }.prefix(3).map(\.reason)
      #expect(
        reasons == [
          "the line is not a JSON value: neither a string, number, object, array, true, false nor null "
            + "(byte 0 of the record)",
          "the line is not a JSON value: the line ends inside a value; in NDJSON each line is one record "
            + "(byte 15 of the record)",
          "the line is not a JSON value: the line ends inside a value; in NDJSON each line is one record "
            + "(byte 23 of the record)",
        ])
      try call(
        "sh", "-c", "zstd -dcq backup/things.json.zst | cmp - \(bench.path("things.json"))",
        in: bench.path("runs/\(report.run)"))
      #expect(
        try bench.rows("SELECT sum(read), sum(loaded), sum(rejected), sum(filtered), count(*) > 10 FROM sluice.slices")
          == [["610", "598", "11", "1", "t"]])
      try expectVerified(try await bench.verify(pipeline()), rows: 598, rejected: 11, filtered: 1)
      let dry = try await bench.run(pipeline()) { options in
        small(&options)
        options.isDryRun = true
      }
      #expect(try part(dry).rejected == 11 && part(dry).read == 610)
    }

    @Test("stop the run with --on-error stop, and count against --max-errors")
    func stop() async throws {
      _ = try write()
      let stopped = try await bench.run(pipeline())
      expectFailed(stopped, .source, "source.malformed")
      let most = try await bench.run(pipeline()) { options in
        reject(&options)
        options.maxErrors = .count(10)
      }
      expectFailed(most, .data, "run.budget")
      try expectVerified(
        try await bench.run(pipeline()) { options in
          reject(&options)
          options.maxErrors = .count(11)
        }, rows: 598, rejected: 11, filtered: 1)
    }

    @Test("are the same ones after a resume")
    func resumed() async throws {
      let lines = try write()
      let first = try await bench.run(pipeline("append")) { options in
        small(&options)
        options.maxErrors = .count(6)
      }
      expectFailed(first, .data, "run.budget")
      #expect(try bench.count("sluice.slices") > 0)
      try expectWhole(try await bench.resume(first.run) { $0.maxErrors = .count(100) }, lines)
    }

    @Test("are refused by the same reason in a replay, while the others are loaded")
    func replayed() async throws {
      let lines = try write()
      let first = try await bench.run(pipeline(), small)
      let corrected = pipeline().replacing("max: 100000", with: "max: 1000000")
      let replay = try await bench.replay(first.run, corrected)
      #expect(replay.exit == Records.ExitStatus.rejects.rawValue, "\(replay.error as Any)")
      #expect(try part(replay).loaded == 1 && part(replay).rejected == 10)
      #expect(try bench.count() == 599)
      let malformed = try rejects(first).filter { $0.rule == "malformed" }
      #expect(try rejects(replay) == malformed)
      #expect(malformed.map(raw) == lines)
      try expectVerified(try await bench.verify(corrected), rows: 599, rejected: 10, filtered: 1)
    }

    @Test("come through stage files as they come through a run")
    func stages() async throws {
      let lines = try write()
      let extracted = try await bench.run(pipeline()) { options in
        small(&options)
        options.last = .extract
      }
      #expect(extracted.error == nil && extracted.exit == 0)
      let report = try await bench.run(pipeline()) { options in
        small(&options)
        options.runID = extracted.run
        options.first = .transform
      }
      try expectWhole(report, lines)
    }

    @Test("at the end of the source, without a line feed, mean that it was cut", arguments: [#"{"id":2,"na"#, "x"])
    func cut(_ last: String) async throws {
      try bench.write("{\"id\":1}\n" + last)
      expectFailed(try await bench.run(pipeline(), reject), .source, "source.truncated")
    }

    @Test("are an error still where the format is not declared")
    func auto() async throws {
      try bench.write("{\"id\":1}\nx\n{\"id\":2}\n")
      let report = try await bench.run(yaml(["id int4"], into: created), reject)
      expectFailed(report, .source, "source.malformed")
    }

    @Test("are none in an empty file, which is no record", arguments: ["", "\n \r\n", "\u{FEFF}"])
    func empty(_ text: String) async throws {
      try bench.write(text)
      try expectVerified(try await bench.run(pipeline()), rows: 0)
      for (program, suffix) in [("gzip", "gz"), ("zstd", "zst")] {
        try call(program, "-q", "-k", "-f", bench.path("things.json"))
        let packed = pipeline().replacing("things.json", with: "things.json.\(suffix)")
        try expectVerified(try await bench.run(packed), rows: 0)
      }
      expectFailed(try await bench.run(yaml(["id int4"], into: created)), .source, "source.empty")
    }
  }
}
