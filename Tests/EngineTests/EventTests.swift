import Engine
import Foundation
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// What a run says of itself while it goes on.
  @Suite("Events") struct Events {
    private let bench: Workbench
    private let pipeline = """
      pipeline: test
      datasets:
        - dataset: first
          from: { file: first.json }
          into: { table: first, mode: replace, create: true }
          columns: [{ column: id, type: int4, at: /id }]
        - dataset: second
          from: { file: second.json }
          into: { table: second, mode: replace, create: true }
          columns: [{ column: id, type: int4, at: /id }]
      """

    init() throws {
      bench = try Workbench()
      try bench.write(#"[{"id": 1}, {"id": 2}, {"id": "x"}]"#, to: "first.json")
      try bench.write(#"[{"id": 3}]"#, to: "second.json")
    }

    @Test("are counted over two datasets and a comparison, and never fall back")
    func counted() async throws {
      let events = RunEvents()
      let heard = events.subscribe()
      var options = bench.options
      options.onError = .reject
      let report = await Run(try bench.load(pipeline), options: options, events: events).execute()
      #expect(report.outcome == .verified)
      let loaded = events.snapshot.counters
      #expect(loaded.slices == 2 && loaded.loaded == 3 && loaded.rejected == 1 && loaded.readBack == 3)
      #expect(loaded.bytes == 35 + 11 && loaded.retries == 0)
      let verified = await Run(try bench.load(pipeline), options: options, events: events).verify()
      #expect(verified.outcome == .verified)
      events.finish()

      let all = events.snapshot.counters
      #expect(all.slices == 2 && all.loaded == 3, "nothing is loaded once more")
      #expect(all.readBack == 6 && all.passed == 3 && all.rejected == 2 && all.bytes == 2 * loaded.bytes)

      var ends: [RunEvent] = []
      var phases: [RunPhase] = []
      for await event in heard {
        switch event {
        case .began, .ended: ends.append(event)
        case .phase(let phase): phases.append(phase)
        default: break
        }
      }
      #expect(
        ends == [.began(run: report.run), .ended(.verified), .began(run: verified.run), .ended(.verified)])
      #expect(phases.filter { $0.activity == "loading" }.map(\.dataset) == ["first", "second"])
    }

    @Test("leave a file in the run's folder, also of a run that failed, and its last object has all that was counted")
    func file() async throws {
      let report = try await bench.run(pipeline)
      #expect(report.outcome == .failed)
      let lines = try bench.text("runs/\(report.run)/events.ndjson").split(separator: "\n")
      let last = try #require(
        try JSONSerialization.jsonObject(with: Data(lines[lines.count - 1].utf8)) as? [String: Any])
      #expect(last["dataset"] as? String == "first" && last["loaded"] as? Int == 0)
      #expect(last["bytes"] as? Int == 35)
      try call("sha256sum", "--status", "--strict", "-c", "SHA256SUMS", in: bench.path("runs/\(report.run)"))
      #expect(try bench.text("runs/\(report.run)/SHA256SUMS").contains("  events.ndjson\n"))
    }
  }
}
