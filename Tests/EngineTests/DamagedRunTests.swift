import Archive
import Engine
import Foundation
import PipelineSpec
import Records
import RejectFiles
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Files of a run whose numbers no run has written.
  @Suite("A damaged run folder") struct DamagedRun {
    private let bench: Workbench

    init() throws {
      bench = try Workbench()
      try bench.write(#"[{"id": 1}, {"id": 2}]"#)
    }

    private func load() async throws -> String {
      let report = try await bench.run(
        yaml(["id int4"], into: created, rules: ["rule: range, of: id, max: 1"]), { $0.onError = .reject })
      try #require(report.error == nil)
      return report.run
    }

    private func replace(_ pattern: String, _ text: String, in name: String) throws {
      let before = try bench.text(name)
      let after = before.replacing(try Regex(pattern), with: text, maxReplacements: 1)
      try #require(before != after, "\(pattern)")
      try bench.write(after, to: name)
      let parts = name.split(separator: "/").map(String.init)
      let folder = try RunFolder.open(parts[1], in: bench.path(parts[0]))
      // Whoever writes a file of a run can write its sum.
      try folder.remove(RunLayout.checksums)
      try Checksums.write(in: folder)
    }

    @Test(
      "is not resumed by a plan that nobody can have asked for",
      arguments: [
        ("\"jobs\" : 2", "\"jobs\" : 0"), ("\"jobs\" : 2", "\"jobs\" : -1"), ("\"jobs\" : 2", "\"jobs\" : 2147483648"),
        ("\"sliceBytes\" : [0-9]+", "\"sliceBytes\" : 0"),
        ("\"sliceBytes\" : [0-9]+", "\"sliceBytes\" : 9223372036854775807"),
        ("\"recordBytes\" : [0-9]+", "\"recordBytes\" : 0"),
        ("\"recordBytes\" : [0-9]+", "\"recordBytes\" : 536870913"),
        ("\"depth\" : [0-9]+", "\"depth\" : 9223372036854775807"),
        ("\"size\" : [0-9]+", "\"size\" : -9223372036854775808"),
        ("\"maxDelete\" : \"[^\"]+\"", "\"maxDelete\" : \"\""), ("\"onError\" : \"reject\"", "\"onError\" : \"none\""),
      ])
    func plan(_ pattern: String, _ text: String) async throws {
      let run = try await load()
      try FileManager.default.removeItem(atPath: bench.path("runs/\(run)/report.json"))
      try replace(pattern, text, in: "runs/\(run)/run.json")
      await #expect(throws: RunStateError.self) { _ = try await bench.resume(run) }
      let status = try RunStatus.of(run, in: bench.path("runs"), environment: bench.environment)
      #expect(status.state == .damaged)
    }

    @Test(
      "has no report where its numbers are none that a run counts",
      arguments: [
        ("\"bytes\" : [0-9]+", "\"bytes\" : -1"), ("\"loaded\" : 1", "\"loaded\" : 9223372036854775807"),
        ("\"rows\" : 1", "\"rows\" : 4611686018427387903"), ("\"seconds\" : [0-9.e-]+", "\"seconds\" : 1e300"),
        ("\"seconds\" : [0-9.e-]+", "\"seconds\" : 1e400"), ("\"seconds\" : [0-9.e-]+", "\"seconds\" : -1"),
        ("\"exit\" : 3", "\"exit\" : 77"),
      ])
    func report(_ pattern: String, _ text: String) async throws {
      let run = try await load()
      try replace(pattern, text, in: "runs/\(run)/report.json")
      let refused = try await bench.replay(run, try bench.text("pipeline.yaml"))
      #expect(refused.error?.code == "run.replay")
    }

    @Test("whose report and ledger do not agree on the source's size replays nothing")
    func size() async throws {
      let run = try await load()
      try replace("\"bytes\" : [0-9]+", "\"bytes\" : 9007199254740992", in: "runs/\(run)/report.json")
      let refused = try await bench.replay(run, try bench.text("pipeline.yaml"))
      #expect(refused.error?.code == "run.state")
      #expect(refused.error?.message.contains("9007199254740992") == true)
    }

    @Test("beside folders that are called replays and are none is replayed all the same")
    func replays() async throws {
      let run = try await load()
      for number in ["9223372036854775807", "99999999999999999999", "-1", "+3", "03", "x"] {
        try FileManager.default.createDirectory(
          atPath: bench.path("runs/\(run)-replay-\(number)"), withIntermediateDirectories: true)
      }
      let report = try await bench.replay(run, yaml(["id int4"], into: created))
      #expect(report.error == nil)
      #expect(report.run == "\(run)-replay-1")
    }

    @Test(
      "has damaged lines where a reject lies in no source",
      arguments: ["ordinal", "offset", "bytes", "line"])
    func rejects(_ key: String) async throws {
      let run = try await load()
      for number in ["-1", "9007199254740993", "9223372036854775807", "-9223372036854775808"] {
        try replace("\"\(key)\":-?[0-9]+", "\"\(key)\":\(number)", in: "runs/\(run)/rejects/things.ndjson")
        let summary = try #require(try RejectFile.all(ofRun: run, in: bench.path("runs")).first?.summary())
        #expect(summary.count == 0 && summary.damaged.map(\.code) == ["run.rejects"], "\(key) \(number)")
      }
    }

    @Test("is not written where JSON has no form for it: that is an error, never an empty report")
    func unencodable() throws {
      var report = Report(run: "r", pipeline: "p")
      report.seconds = .infinity
      let error = #expect(throws: RunStateError.self) { try report.json }
      #expect(error?.code == "run.report" && error?.place == "the report of run r")
    }
  }
}
