import Extract
import Foundation
import PipelineSpec
import Postgres
import Records
import Reports
import TestSupport
import Testing

@testable import Engine

extension EndToEnd {
  /// A run that stopped in the middle, and what goes on with it.
  @Suite("A resumed run") struct Resumed {
    private let bench: Workbench
    private let pipeline = yaml(
      ["id int4", "name text", "at timestamptz, at: $now"], into: "{ table: things, mode: append, key: id }",
      rules: ["rule: length, of: name, min: 3"])

    private static let count = 1000

    init() throws {
      bench = try Workbench()
      try bench.sql("CREATE TABLE things (id int4, name text, at timestamptz)")
      try bench.sql("INSERT INTO things VALUES (-1, 'before', '2020-01-01')")
      try write()
    }

    /// About 25 slices of 4 KiB; every hundredth record breaks a rule.
    private func write(_ change: (Int) -> String? = { _ in nil }) throws {
      let records = (0..<Self.count).map { id in
        change(id) ?? #"{"id": \#(id), "name": "\#(id % 100 == 50 ? "x" : String(repeating: "n", count: 80))"}"#
      }
      try bench.write("[" + records.joined(separator: ",\n ") + "]")
    }

    /// Makes the server refuse a record, until `heal`.
    private func wound(_ id: Int) throws {
      try bench.sql(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN IF NEW.id = \(id) THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION refuse();
        """)
    }

    private func heal() throws { try bench.sql("DROP TRIGGER refuse ON things; DROP FUNCTION refuse") }

    private func small(_ options: inout RunOptions) {
      options.sliceBytes = 4096
      options.maxErrors = .count(100)
      options.onError = .reject
      options.retryFor = .zero
    }

    /// A run that stopped behind a few slices.
    private func broken(_ change: (inout RunOptions) -> Void = { _ in }) async throws -> Report {
      try wound(600)
      let report = try await bench.run(pipeline) { options in
        small(&options)
        options.onError = .stop
        options.maxErrors = nil
        change(&options)
      }
      try heal()
      return report
    }

    /// Without rejects, so that a run may stop at the first refusal.
    private func writeSound() throws {
      try write { #"{"id": \#($0), "name": "\#(String(repeating: "n", count: 80))"}"# }
    }

    private func slices() throws -> Int { try bench.count("sluice.slices") }

    private func expectWhole(_ report: Report, rejected: Int = 0, location: SourceLocation = #_sourceLocation) throws {
      try expectVerified(report, rows: Self.count - rejected, rejected: rejected, location: location)
      #expect(try bench.count() == 1 + Self.count - rejected, sourceLocation: location)
      #expect(try bench.scalar("SELECT count(DISTINCT id) FROM things") == "\(1 + Self.count - rejected)")
      #expect(try bench.scalar("SELECT count(DISTINCT at) FROM things WHERE id >= 0") == "1", "one $now")
    }

    @Test("loads what is missing and nothing twice, and proves the whole", arguments: [1, 2, 4])
    func goesOn(_ jobs: Int) async throws {
      try writeSound()
      let first = try await broken { $0.jobs = jobs }
      expectFailed(first, .data, "load.refused")
      #expect(first.resume == "sluice resume \(first.run) --run-dir \(bench.path("runs"))")
      let committed = try slices()
      let bytes = try bench.read("things.json").count
      #expect(committed > 3 && committed * 4096 < bytes)
      #expect(try bench.count() == 1 + part(first).loaded)
      let inserted = "SELECT sum(loaded) FROM sluice.slices WHERE committed_at > clock_timestamp() - interval '1 hour'"
      #expect(try bench.scalar(inserted) == "\(part(first).loaded)")
      let second = try await bench.resume(first.run)
      try expectWhole(second)
      #expect(second.run == first.run && second.resume == nil)
      #expect(try bench.rows("SELECT count(*), min(outcome) FROM sluice.runs") == [["1", "verified"]])
      try call("sha256sum", "--quiet", "-c", "SHA256SUMS", in: bench.path("runs/\(first.run)"))
      try call(
        "sh", "-c", "zstd -dcq backup/things.json.zst | cmp - \(bench.path("things.json"))",
        in: bench.path("runs/\(first.run)"))
      let leftovers = try FileManager.default.subpathsOfDirectory(atPath: bench.path("runs")).filter {
        $0.hasSuffix(".partial")
      }
      #expect(leftovers.isEmpty)
    }

    @Test("sets the same records aside as one that was never stopped, also those that the server refused")
    func rejects() async throws {
      try bench.sql("ALTER TABLE things ADD CHECK (id <> 33)")
      try write { $0 == 700 ? #"{"id": "x"}"# : nil }
      let first = try await bench.run(pipeline) { options in
        small(&options)
        options.maxErrors = .count(8)
      }
      expectFailed(first, .data, "run.budget")
      #expect(try slices() > 0)
      let second = try await bench.resume(first.run) { $0.maxErrors = .count(100) }
      try expectWhole(second, rejected: 12)
      try bench.sql("TRUNCATE things; INSERT INTO things VALUES (-1)")
      let straight = try await bench.run(pipeline, small)
      #expect(try bench.rejects(of: second) == bench.rejects(of: straight))
      #expect(try part(second).parity?.actual?.rows == part(straight).parity?.actual?.rows)
    }

    @Test("that was finished is shown again, and nothing is done")
    func finished() async throws {
      let first = try await bench.run(pipeline, small)
      try bench.sql("DELETE FROM things")
      let again = try await bench.resume(first.run)
      #expect(again.outcome == .verified && again.run == first.run)
      #expect(try bench.count() == 0)
    }

    @Test(
      "whose report or checksums were not written yet reports the datasets that the ledger calls finished",
      arguments: [["report.json", "SHA256SUMS"], ["SHA256SUMS"]])
    func withoutReport(_ missing: [String]) async throws {
      let first = try await bench.run(pipeline, small)
      for name in missing {
        try FileManager.default.removeItem(atPath: bench.path("runs/\(first.run)/\(name)"))
      }
      let again = try await bench.resume(first.run)
      try expectWhole(again, rejected: 10)
      #expect(again.datasets.first?.parity?.actual == first.datasets.first?.parity?.actual)
      #expect(bench.exists("runs/\(first.run)/SHA256SUMS") && bench.exists("runs/\(first.run)/manifest.jsonl"))
    }

    @Test("refuses a source that was touched, cut, or changed in what is committed or still open", arguments: 0..<4)
    func otherSource(_ change: Int) async throws {
      try writeSound()
      let first = try await broken()
      var bytes = try bench.read("things.json")
      let attributes = try FileManager.default.attributesOfItem(atPath: bench.path("things.json"))
      switch change {
      case 0: bytes.removeLast(2)
      case 1: bytes[bytes.count - 20] = UInt8(ascii: "m")
      case 2: break
      // With the time put back, only the content can tell.
      default: bytes[30] = UInt8(ascii: "m")
      }
      try bench.write(bytes, to: "things.json")
      if change == 3 {
        try FileManager.default.setAttributes(
          [.modificationDate: attributes[.modificationDate] as Any], ofItemAtPath: bench.path("things.json"))
      }
      let count = try bench.count()
      let second = try await bench.resume(first.run)
      expectFailed(second, .resume, "run.otherSource")
      #expect(try bench.count() == count)
    }

    @Test("goes on after the pipeline file got comments, other lines and another order of keys")
    func reworded() async throws {
      try writeSound()
      let first = try await broken()
      let text = try bench.text("pipeline.yaml")
      let reworded = text.replacing("rule: length, of: name, min: 3", with: "min: 3, of: name, rule: length")
        .replacing("    rules:", with: "    # Names are written out.\n\n    rules:")
      try #require(reworded != text)
      try bench.write(reworded, to: "pipeline.yaml")
      try expectWhole(try await bench.resume(first.run))
    }

    @Test("goes on where an earlier version began, unless records would become other rows")
    func unversioned() async throws {
      try writeSound()
      let first = try await broken()
      let dataset = try #require(try bench.load(pipeline).datasets.first)
      let columns = [
        ColumnLayout(name: "id", scalar: .int4, typeName: "integer"),
        ColumnLayout(name: "name", scalar: .text, typeName: "text"),
        ColumnLayout(name: "at", scalar: .timestamptz, typeName: "timestamp with time zone"),
      ]
      let layout = TableLayout(schema: "public", table: "things", columns: columns, key: [0])
      let plan = UnversionedPlan.hash(of: dataset, layout, ExtractLimits(sliceBytes: 4096))
      try bench.sql("UPDATE sluice.runs SET plan = '\(plan)'")
      try bench.write(pipeline.replacing("min: 3", with: "min: 2"), to: "pipeline.yaml")
      expectFailed(try await bench.resume(first.run), .resume, "run.otherPlan")
      try bench.write(pipeline, to: "pipeline.yaml")
      try expectWhole(try await bench.resume(first.run))
    }

    @Test("refuses a pipeline that makes other rows, and a table that was made anew")
    func otherPlan() async throws {
      try writeSound()
      let first = try await broken()
      let text = try bench.text("pipeline.yaml")
      try bench.write(text.replacing("min: 3", with: "min: 2"), to: "pipeline.yaml")
      expectFailed(try await bench.resume(first.run), .resume, "run.otherPlan")
      try bench.write(text, to: "pipeline.yaml")
      try bench.sql("ALTER TABLE things RENAME TO old; CREATE TABLE things (LIKE old)")
      expectFailed(try await bench.resume(first.run), .resume, "run.otherTarget")
    }

    @Test("refuses a database that was set back behind what its files know")
    func ahead() async throws {
      // Frames of 4 MiB: a source that has several.
      let name = String(repeating: "n", count: 100_000)
      let sound = (0..<200).map { #"{"id": \#($0), "name": "\#(name)"}"# }
      try bench.write("[" + sound.joined(separator: ",") + "]")
      try wound(190)
      let first = try await bench.run(pipeline) { options in
        options.sliceBytes = 1 << 20
        options.retryFor = .zero
        options.jobs = 1
      }
      try heal()
      #expect(try bench.text("runs/\(first.run)/manifest.jsonl.partial").contains("\"frame\":0"))
      try bench.sql("DELETE FROM sluice.slices WHERE slice > 1; DELETE FROM things WHERE id > 20")
      let refused = try await bench.resume(first.run)
      expectFailed(refused, .resume, "run.ahead")
      let rows = try #require(try bench.scalar("SELECT sum(loaded) FROM sluice.slices"))
      #expect(refused.error?.message.hasSuffix("by the ledger, \(rows) rows of this run are in the table") == true)
      #expect(
        refused.error?.remedy == "first take the rows of this run out, \(rows) of public.things; then start a new run")
      #expect(refused.resume == nil, "it cannot succeed")
      try bench.sql("DELETE FROM sluice.slices; DELETE FROM sluice.runs")
      expectFailed(try await bench.resume(first.run), .resume, "run.ahead")
    }

    @Test("writes a manifest that was lost, and a backup that was lost with it, once more")
    func lostFiles() async throws {
      try writeSound()
      let first = try await broken()
      // The backup may have come to its end before the row was met that stopped the run.
      for name in ["manifest.jsonl", "backup/things.json.zst"].map({ bench.path("runs/\(first.run)/\($0)") }) {
        let written = [name, name + ".partial"].filter { FileManager.default.fileExists(atPath: $0) }
        #expect(!written.isEmpty)
        for name in written { try FileManager.default.removeItem(atPath: name) }
      }
      try expectWhole(try await bench.resume(first.run))
      try call(
        "sh", "-c", "zstd -dcq backup/things.json.zst | cmp - \(bench.path("things.json"))",
        in: bench.path("runs/\(first.run)"))
    }

    @Test("is shown with what is committed, how to go on, and who is at work")
    func status() async throws {
      func status(_ run: String) throws -> RunStatus {
        try RunStatus.of(run, in: bench.path("runs"), environment: bench.environment)
      }
      try writeSound()
      let first = try await broken { $0.jobs = 1 }
      let stopped = try status(first.run)
      #expect(stopped.state == .failed && stopped.holder == nil && stopped.resume == first.resume)
      #expect(try stopped.datasets.map(\.loaded) == [part(first).loaded])
      #expect(stopped.datasets[0].committedBytes == Int64(try slices() * 4096))
      // As one that is at work, or was killed, leaves it
      try bench.sql("UPDATE sluice.runs SET outcome = NULL")
      let holder = try bench.database.connect()
      _ = try holder.query("SELECT pg_advisory_lock(hashtextextended('sluice:public.things', 0))")
      let running = try status(first.run)
      #expect(running.state == .running && running.holder == holder.backendPID && running.resume == nil)
      holder.close()
      try expectWhole(try await bench.resume(first.run))
      let finished = try status(first.run)
      #expect(finished.state == .verified && finished.datasets[0].loaded == Self.count && finished.resume == nil)
      try FileManager.default.removeItem(atPath: bench.path("runs/\(first.run)/report.json"))
      try bench.write("", to: "pipeline.yaml")
      let unknown = try status(first.run)
      #expect(unknown.state == .unfinished && unknown.datasets[0].loaded == nil && unknown.problem != nil)
    }

    @Test("refuses a source that was a pipe, without waiting for somebody to write to it again")
    func pipe() async throws {
      try writeSound()
      try #require(mkfifo(bench.path("pipe"), 0o600) == 0)
      let writer = try Program("sh", ["-c", "cat things.json > pipe"], in: bench.folder)
      try wound(600)
      let piped = pipeline.replacing("things.json", with: "pipe")
      let first = try await bench.run(piped) { options in
        small(&options)
        options.onError = .stop
        options.maxErrors = nil
      }
      try heal()
      expectFailed(first, .data, "load.refused")
      _ = writer.wait()
      expectFailed(try await bench.resume(first.run), .resume, "run.otherSource")
    }

    @Test("is not promised where nothing was begun and a new run is as good")
    func notBegun() async throws {
      try writeSound()
      try bench.sql("ALTER TABLE things DROP COLUMN name")
      let misfit = try await bench.run(pipeline)
      expectFailed(misfit, .schema, "load.schema")
      #expect(misfit.resume == nil && !bench.exists("runs/\(misfit.run)"))
      try bench.sql("ALTER TABLE things ADD COLUMN name text")
      let broken = try await broken()
      #expect(broken.resume != nil)
      let status = { try RunStatus.of($0, in: bench.path("runs"), environment: bench.environment) }
      #expect(try status(broken.run).resume == broken.resume)
    }

    @Test("is promised with the flag that it needs, and not where the user has to say how much more is allowed")
    func flags() async throws {
      let stopped = try await bench.run(pipeline)
      expectFailed(stopped, .data, "run.budget")
      let command = "sluice resume \(stopped.run) --on-error reject --run-dir \(bench.path("runs"))"
      let status = { try RunStatus.of($0, in: bench.path("runs"), environment: bench.environment) }
      #expect(try stopped.resume == command && status(stopped.run).resume == command)
      try expectWhole(try await bench.resume(stopped.run) { $0.onError = .reject }, rejected: 10)
      let exceeded = try await bench.run(pipeline) { options in
        options.onError = .reject
        options.maxErrors = .count(3)
      }
      expectFailed(exceeded, .data, "run.budget")
      #expect(try exceeded.resume == nil && status(exceeded.run).resume == nil)
      #expect(exceeded.error?.remedy?.contains("resume with a larger --max-errors") == true)
    }

    @Test("waits for the session of its killed process, and not for one that is alive")
    func dyingSession() async throws {
      try writeSound()
      let first = try await broken()
      try bench.sql("UPDATE sluice.runs SET outcome = NULL")
      let holder = try bench.database.connect()
      try holder.execute("SELECT pg_advisory_lock(hashtextextended('sluice:public.things', 0))")
      let refused = try await bench.resume(first.run)
      expectFailed(refused, .refused, "load.locked")
      #expect(refused.error?.message.contains("run \(first.run) (server process") == true)
      // Busy with what it was told last, it does not see that nobody waits.
      let dying = Dying(connection: holder)
      let end = Task.detached(executorPreference: try OwnThread.start()) { try dying.end() }
      let other = try bench.database.connect()
      let state: SQL = "SELECT state FROM pg_stat_activity WHERE pid = \(holder.backendPID)"
      while try other.query(state).scalar == "idle" {}
      other.close()
      try expectWhole(try await bench.resume(first.run))
      try await end.value
    }

    /// A session that works for a while and ends. One task has it.
    private struct Dying: @unchecked Sendable {
      let connection: Connection

      func end() throws {
        try connection.execute("SELECT pg_sleep(2)")
        connection.close()
      }
    }

    @Test("is refused when another run has loaded into the table since, and that run is named")
    func superseded() async throws {
      try writeSound()
      let first = try await broken()
      let second = try await bench.run(pipeline)
      try expectVerified(second, rows: Self.count)
      let count = try bench.count()
      let third = try await bench.resume(first.run)
      expectFailed(third, .resume, "run.superseded")
      #expect(third.error?.message.contains("run \(second.run) has loaded") == true)
      let status = try RunStatus.of(first.run, in: bench.path("runs"), environment: bench.environment)
      #expect(status.state == .superseded && status.resume == nil)
      #expect(try bench.count() == count)
      try expectVerified(try await bench.verify(pipeline) { $0.runID = second.run }, rows: Self.count)
    }

    @Test("that does not exist, or whose plan is damaged, is refused")
    func state() async throws {
      await #expect(throws: RunStateError.self) { try await bench.resume("nothing") }
      try writeSound()
      let first = try await broken()
      try bench.write("{}", to: "runs/\(first.run)/run.json")
      await #expect { try await bench.resume(first.run) } throws: { ($0 as? RunStateError)?.code == "run.state" }
    }
  }

  /// Runs that meet each other.
  @Suite("Two runs") struct Together {
    private let bench: Workbench
    private let pipeline = yaml(["id int4"], into: "{ table: things, mode: append, create: true }")

    init() throws { bench = try Workbench() }

    @Test("into one table: the second is refused at once and told who is at work, by its process where it is no run")
    func locked() async throws {
      try bench.write(#"[{"id": 1}]"#)
      try bench.sql("CREATE TABLE things (id int4)")
      let holder = try bench.database.connect()
      let first = try await bench.run(pipeline)
      #expect(first.outcome == .verified)
      let key = "SELECT pg_advisory_lock(hashtextextended('sluice:public.things', 0))"
      _ = try holder.query(SQL(unsafe: key))
      let second = try await bench.run(pipeline)
      expectFailed(second, .refused, "load.locked")
      #expect(second.error?.message.contains("(server process \(holder.backendPID)") == true)
      #expect(second.error?.message.contains("run \(first.run)") == false, "it has ended")
      try bench.sql("UPDATE sluice.runs SET outcome = NULL")
      let third = try await bench.run(pipeline)
      #expect(third.error?.message.contains("run \(first.run) (server process \(holder.backendPID)") == true)
      #expect(try bench.count() == 1)
      holder.close()
    }
  }
}
