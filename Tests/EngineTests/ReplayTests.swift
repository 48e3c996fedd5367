import Engine
import Foundation
import Records
import RejectFiles
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Records that were set aside, through the corrected pipeline.
  @Suite("A replay") struct Replayed {
    private let bench: Workbench
    private static let count = 600

    init() throws { bench = try Workbench() }

    private func pipeline(min: Int, _ into: String = "{ table: things, mode: replace, key: id, create: true }")
      -> String
    {
      yaml(
        ["id int4", "name text", "place int8, at: $ordinal", "at timestamptz, at: $now"], into: into,
        rules: ["rule: length, of: name, min: \(min)"])
    }

    /// About 15 slices of 4 KiB; names of one character at every fiftieth record, of two at the ones behind, over lines
    /// and with what JSON writes in more than one way.
    private func write() throws {
      let records = (0..<Self.count).map { id in
        switch id % 50 {
        case 20: "{\"id\": \(id),\r\n\t\"name\": \"\\u00e9\"}"
        case 21: "{\"id\": \(id), \"name\": \"ü\(id % 10)\"}"
        default: #"{"id": \#(id), "name": "\#(String(repeating: "n", count: 80))"}"#
        }
      }
      try bench.write("[" + records.joined(separator: ",\n ") + "]")
    }

    private func small(_ options: inout RunOptions) {
      options.sliceBytes = 4096
      options.onError = .reject
    }

    /// The table without what differs from run to run.
    private func rows() throws -> [[String?]] { try bench.rows("SELECT id, name, place FROM things ORDER BY id") }

    private func marks(_ report: Report) throws -> [String] {
      try bench.text("runs/\(report.run)/rejects/resolved/things.ndjson").split(separator: "\n").map(String.init)
    }

    private func expectSums(_ report: Report, location: SourceLocation = #_sourceLocation) throws {
      try call("sha256sum", "--quiet", "-c", "SHA256SUMS", in: bench.path("runs/\(report.run)"))
      let listed = try bench.text("runs/\(report.run)/SHA256SUMS").split(separator: "\n").map { $0.dropFirst(66) }
      #expect(listed.sorted() == listed && Set(listed).count == listed.count, sourceLocation: location)
    }

    private func unresolved(_ report: Report) throws -> Int {
      let summaries = try RejectFile.all(ofRun: report.run, in: bench.path("runs")).map { try $0.summary() }
      return summaries.reduce(0) { $0 + $1.count - $1.resolved }
    }

    @Test("names itself and the run whose rejects it loads, also where it fails before it begins or in the middle")
    func named() async throws {
      try write()
      let first = try await bench.run(pipeline(min: 2), small)
      #expect(first.replays == nil)
      try bench.sql("ALTER TABLE things RENAME TO gone")
      let early = try await bench.replay(first.run, pipeline(min: 1))
      expectFailed(early, .resume, "run.otherTarget")
      #expect(early.run == "\(first.run)-replay-1" && early.replays == first.run)
      try bench.sql("ALTER TABLE gone RENAME TO things; ALTER TABLE things ADD CHECK (id <> 20)")
      let late = try await bench.replay(first.run, pipeline(min: 1)) { $0.onError = .stop }
      expectFailed(late, .data, "load.refused")
      #expect(late.run == early.run && late.replays == first.run)
      try bench.sql("ALTER TABLE things DROP CONSTRAINT things_id_check")
      let third = try await bench.replay(first.run, pipeline(min: 1))
      #expect(third.error == nil && third.run == early.run && third.replays == first.run)
    }

    // MARK: - Corrected

    @Test(
      "by the corrected pipeline gives the table that a run of it alone gives, with places and $now kept",
      arguments: ["append", "replace", "upsert", "sync"])
    func corrected(_ mode: String) async throws {
      try write()
      try bench.sql(
        "CREATE TABLE things (id int4 PRIMARY KEY, name text, place int8, at timestamptz);"
          + "INSERT INTO things VALUES (-1, 'before', -1, now()), (20, 'before', -1, now())")
      if mode == "append" { try bench.sql("DELETE FROM things WHERE id = 20") }
      let into = "{ table: things, mode: \(mode), key: id }"
      let first = try await bench.run(pipeline(min: 3, into)) { options in
        small(&options)
        options.isConfirmed = true
      }
      try expectVerified(first, rows: Self.count - 24, rejected: 24)
      let replay = try await bench.replay(first.run, pipeline(min: 1, into))
      try expectVerified(replay, rows: 24)
      #expect(replay.run == "\(first.run)-replay-1")
      #expect(try part(replay).bytes == part(first).bytes)
      #expect(try bench.scalar("SELECT count(DISTINCT at) FROM things WHERE id >= 0") == "1", "one $now")
      #expect(try bench.scalar("SELECT count(*) FROM things WHERE id >= 0 AND id = place") == "\(Self.count)")
      #expect(try marks(first).count == 24)
      #expect(try marks(first)[0] == #"{"ordinal":20,"run":"\#(replay.run)"}"#)
      #expect(try unresolved(first) == 0)
      try expectSums(first)
      try expectSums(replay)
      try expectVerified(try await bench.verify(pipeline(min: 1, into)), rows: Self.count)

      let table = try rows()
      try bench.sql("TRUNCATE things")
      if mode == "append" || mode == "upsert" { try bench.sql("INSERT INTO things VALUES (-1, 'before', -1)") }
      try expectVerified(try await bench.run(pipeline(min: 1, into)), rows: Self.count)
      #expect(try rows() == table)
    }

    @Test("has the digest of the straight run, to the bit")
    func digest() async throws {
      try write()
      func pipeline(_ min: Int) -> String {
        yaml(
          ["id int4", "name text", "record jsonb, at: \"\""],
          into: "{ table: things, mode: replace, key: id, create: true }",
          rules: ["rule: length, of: name, min: \(min)"])
      }
      let first = try await bench.run(pipeline(3), small)
      try expectVerified(try await bench.replay(first.run, pipeline(1)), rows: 24)
      let verified = try await bench.verify(pipeline(1))
      let straight = try await bench.run(pipeline(1))
      #expect(try part(verified).parity?.actual == part(straight).parity?.actual)
      #expect(verified.outcome == .verified && straight.outcome == .verified)
    }

    @Test("leaves aside what stays bad, takes it up again, and says when nothing is left")
    func inSteps() async throws {
      try write()
      let first = try await bench.run(pipeline(min: 3), small)
      let second = try await bench.replay(first.run, pipeline(min: 2))
      try expectVerified(second, rows: 12, rejected: 12)
      #expect(try bench.rejects(of: second).map(\.ordinal) == (0..<12).map { Int64($0 * 50 + 20) })
      #expect(
        try bench.rejects(of: second)
          == bench.rejects(of: first).filter { $0.ordinal % 50 == 20 }
          .map { reject in
            var reject = reject
            reject.reason = reject.reason.replacing("3", with: "2")
            return reject
          })
      #expect(try unresolved(first) == 12)
      try expectVerified(try await bench.verify(pipeline(min: 2)), rows: Self.count - 12, rejected: 12)
      let third = try await bench.replay(first.run, pipeline(min: 2))
      try expectVerified(third, rows: 0, rejected: 12)
      let fourth = try await bench.replay(first.run, pipeline(min: 1))
      try expectVerified(fourth, rows: 12)
      #expect(fourth.run == "\(first.run)-replay-3")
      #expect(try marks(first).count == 24)
      let fifth = try await bench.replay(first.run, pipeline(min: 1))
      #expect(fifth.outcome == .nothingToReplay && fifth.exit == 0 && fifth.error == nil)
      #expect(!bench.exists("runs/\(first.run)-replay-4"))
      #expect(try bench.count() == Self.count)
      #expect(try bench.rows("SELECT count(*) FROM sluice.runs WHERE replays = '\(first.run)'") == [["3"]])
    }

    @Test("loads what the server refused once it does not any more, and verify knows what it still refuses")
    func server() async throws {
      try write()
      let into = "{ table: things, mode: append, key: id }"
      try bench.sql(
        """
        CREATE TABLE things (id int4 PRIMARY KEY, name text, place int8, at timestamptz, CONSTRAINT even CHECK (id <> 7),
          CONSTRAINT odd CHECK (id NOT IN (8, 400)))
        """)
      let first = try await bench.run(pipeline(min: 3, into), small)
      try expectVerified(first, rows: Self.count - 27, rejected: 27)
      try bench.sql("ALTER TABLE things DROP CONSTRAINT odd")
      let second = try await bench.replay(first.run, pipeline(min: 1, into))
      try expectVerified(second, rows: 26, rejected: 1)
      #expect(try bench.rejects(of: second).map(\.rule) == ["23514"])
      #expect(try bench.rejects(of: second).map(\.ordinal) == [7])
      #expect(
        try bench.rejects(of: second).map(\.raw) == bench.rejects(of: first).filter { $0.ordinal == 7 }.map(\.raw))
      try expectVerified(try await bench.verify(pipeline(min: 1, into)), rows: Self.count - 1, rejected: 1)
      try bench.sql("ALTER TABLE things DROP CONSTRAINT even")
      try expectVerified(try await bench.replay(first.run, pipeline(min: 1, into)), rows: 1)
      try expectVerified(try await bench.verify(pipeline(min: 1, into)), rows: Self.count)
    }

    @Test("counts records that the corrected pipeline filters as resolved")
    func filtered() async throws {
      try write()
      let first = try await bench.run(pipeline(min: 3), small)
      let corrected = yaml(
        ["id int4", "name text", "place int8, at: $ordinal", "at timestamptz, at: $now"],
        into: "{ table: things, mode: replace, key: id, create: true }", filters: ["rule: length, of: name, min: 2"])
      try expectVerified(try await bench.replay(first.run, corrected), rows: 12, filtered: 12)
      #expect(try unresolved(first) == 0)
      try expectVerified(try await bench.verify(corrected), rows: Self.count - 12, filtered: 12)
    }

    // MARK: - Stopped

    private func wound(_ id: Int) throws {
      try bench.sql(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN IF NEW.id = \(id) THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION refuse();
        """)
    }

    private func heal() throws { try bench.sql("DROP TRIGGER refuse ON things; DROP FUNCTION refuse") }

    @Test("that stopped in the middle is gone on with by the same command, and nothing is loaded twice")
    func stopped() async throws {
      try write()
      let first = try await bench.run(pipeline(min: 3), small)
      try wound(320)
      let broken = try await bench.replay(first.run, pipeline(min: 1)) { options in
        options.jobs = 1
        options.onError = .stop
      }
      expectFailed(broken, .data, "load.refused")
      #expect(broken.resume == "sluice rejects replay \(first.run) --run-dir \(bench.path("runs"))")
      #expect(try bench.count() > Self.count - 24 && bench.count() < Self.count)
      #expect(try unresolved(first) == 24, "marked when it is finished")
      try heal()
      expectFailed(try await bench.replay(first.run, pipeline(min: 2)), .resume, "run.otherPlan")
      let again = try await bench.replay(first.run, pipeline(min: 1)) { $0.datasets = ["things"] }
      try expectVerified(again, rows: 24)
      #expect(again.run == broken.run)
      #expect(try bench.count() == Self.count)
      #expect(try unresolved(first) == 0)
      try expectVerified(try await bench.verify(pipeline(min: 1)), rows: Self.count)
    }

    @Test(
      "of which nothing was committed is begun anew, by the pipeline as it is then", arguments: ["replace", "upsert"])
    func undone(_ mode: String) async throws {
      try write()
      let into = "{ table: things, mode: \(mode), key: id, create: true }"
      let first = try await bench.run(pipeline(min: 3, into), small)
      expectFailed(
        try await bench.replay(first.run, pipeline(min: 2, into)) { options in
          options.onError = .stop
          options.jobs = 1
        }, .data, "run.budget")
      #expect(try bench.rows("SELECT slice FROM sluice.slices WHERE run LIKE '%-replay-1'").isEmpty)
      let again = try await bench.replay(first.run, pipeline(min: 1, into))
      try expectVerified(again, rows: 24)
      #expect(again.run == "\(first.run)-replay-1")
      #expect(try bench.rows("SELECT relname FROM pg_class WHERE relname LIKE 'staging_%' AND relkind = 'r'").isEmpty)
      #expect(try bench.count() == Self.count)
      #expect(try bench.rejects(of: first).count == 24 && unresolved(first) == 0)
      try expectSums(again)
    }

    @Test("whose marks were not written any more is marked by the next one")
    func unmarked() async throws {
      try write()
      let first = try await bench.run(pipeline(min: 3), small)
      try expectVerified(try await bench.replay(first.run, pipeline(min: 1)), rows: 24)
      try FileManager.default.removeItem(atPath: bench.path("runs/\(first.run)/rejects/resolved/things.ndjson"))
      #expect(try await bench.replay(first.run, pipeline(min: 1)).outcome == .nothingToReplay)
      #expect(try marks(first).count == 24)
      #expect(try bench.count() == Self.count)
      try expectSums(first)
    }

    // MARK: - Refused

    private func expectRefused(
      _ report: Report, _ words: String, location: SourceLocation = #_sourceLocation
    ) {
      expectFailed(report, .refused, "run.replay", location: location)
      #expect(report.error?.message.contains(words) == true, "\(report.error as Any)", sourceLocation: location)
    }

    @Test("is refused where a key could be loaded twice: without a unique index over exactly the key")
    func withoutIndex() async throws {
      try write()
      try bench.sql("CREATE TABLE things (id int4, name text, place int8, at timestamptz)")
      let into = "{ table: things, mode: append, key: id }"
      let first = try await bench.run(pipeline(min: 3, into), small)
      expectRefused(try await bench.replay(first.run, pipeline(min: 1, into)), "no unique index lies over exactly (id)")
      try bench.sql("CREATE UNIQUE INDEX ON things (id, name)")
      expectRefused(try await bench.replay(first.run, pipeline(min: 1, into)), "no unique index")
      #expect(!bench.exists("runs/\(first.run)-replay-1"))
      try bench.sql("CREATE UNIQUE INDEX ON things (id)")
      try expectVerified(try await bench.replay(first.run, pipeline(min: 1, into)), rows: 24)
    }

    @Test("sets a record aside again whose key was loaded from another one")
    func twice() async throws {
      try bench.write(#"[{"id": 1, "n": 1}, {"id": 2, "n": "x"}, {"id": 1, "n": 3}, {"id": 3, "n": "y"}]"#)
      func pipeline(_ type: String) -> String {
        yaml(["id int4", "n \(type)"], into: "{ table: things, mode: append, key: id }")
      }
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, n text)")
      try bench.write(#"[{"id": 1, "n": "1"}, {"id": 2, "n": 2}, {"id": 1, "n": "3"}, {"id": 3, "n": "4"}]"#)
      let first = try await bench.run(pipeline("text"), small)
      try expectVerified(first, rows: 2, rejected: 2)
      let replay = try await bench.replay(first.run, pipeline("text, coerce: lenient"))
      try expectVerified(replay, rows: 1, rejected: 1)
      #expect(try bench.rejects(of: replay).map(\.rule) == ["23505"])
      #expect(try bench.rows("SELECT id, n FROM things ORDER BY id") == [["1", "1"], ["2", "2"], ["3", "4"]])
      try expectVerified(try await bench.verify(pipeline("text, coerce: lenient")), rows: 3, rejected: 1)
    }

    @Test("of an upsert never changes the row of another record of the run")
    func twiceByKey() async throws {
      func pipeline(_ type: String) -> String {
        yaml(["id int4", "n \(type)"], into: "{ table: things, mode: upsert, key: id }")
      }
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, n text); INSERT INTO things VALUES (2, 'old')")
      try bench.write(#"[{"id": 1, "n": "1"}, {"id": 2, "n": 2}, {"id": 1, "n": 3}, {"id": 3, "n": "4"}]"#)
      let first = try await bench.run(pipeline("text"), small)
      try expectVerified(first, rows: 2, rejected: 2)
      let replay = try await bench.replay(first.run, pipeline("text, coerce: lenient"))
      #expect(try part(replay).updated == 1 && part(replay).inserted == 0)
      #expect(replay.exit == Records.ExitStatus.rejects.rawValue, "one stays set aside")
      #expect(try bench.rows("SELECT id, n FROM things ORDER BY id") == [["1", "1"], ["2", "2"], ["3", "4"]])
      #expect(try unresolved(first) == 1)
      let again = try await bench.replay(first.run, pipeline("text, coerce: lenient"))
      #expect(again.outcome == .nothingToReplay && again.exit == Records.ExitStatus.rejects.rawValue)
      try expectVerified(try await bench.verify(pipeline("text, coerce: lenient")), rows: 3, rejected: 1)

      try bench.write(#"[{"id": 1, "n": 1}, {"id": 1, "n": "3"}]"#)
      let other = try await bench.run(pipeline("text"), small)
      try expectVerified(other, rows: 1, rejected: 1)
      expectRefused(try await bench.replay(other.run, pipeline("text, coerce: lenient")), "record 1 is loaded")
      #expect(try bench.scalar("SELECT n FROM things WHERE id = 1") == "3")
    }

    @Test("is refused of a run that is unfinished, of a replay, and of another way to read the source")
    func refused() async throws {
      try write()
      let stopped = try await bench.run(pipeline(min: 3))
      expectRefused(try await bench.replay(stopped.run, pipeline(min: 1)), "did not reach its end")
      let first = try await bench.run(pipeline(min: 3), small)
      expectRefused(
        try await bench.replay(first.run, pipeline(min: 1).replacing("{ file:", with: "{ format: array, file:")),
        "in another way")
      let replay = try await bench.replay(first.run, pipeline(min: 2))
      expectRefused(try await bench.replay(replay.run, pipeline(min: 1)), "replay itself")
      let late = try await bench.replay(
        first.run, pipeline(min: 1, "{ table: things, mode: replace, key: id, create: true, repeated: last }"))
      expectRefused(late, "repeated: last")
      try bench.sql("ALTER TABLE things RENAME TO old; CREATE TABLE things (LIKE old INCLUDING ALL)")
      expectFailed(try await bench.replay(first.run, pipeline(min: 1)), .resume, "run.otherTarget")
      expectFailed(try await bench.replay("nothing", pipeline(min: 1)), .resume, "run.state")
      #expect(try bench.count("old") == Self.count - 12)
    }

    @Test("is refused while another process replays the same run")
    func together() async throws {
      try write()
      let first = try await bench.run(pipeline(min: 3), small)
      let key = "SELECT pg_advisory_lock(hashtextextended('sluice replay:\(first.run)', 0))"
      try bench.sql(key)
      expectRefused(try await bench.replay(first.run, pipeline(min: 1)), "another process")
      try bench.sql(key.replacing("_lock", with: "_unlock"))
      try expectVerified(try await bench.replay(first.run, pipeline(min: 1)), rows: 24)
    }

    @Test("keeps records set aside whose text nobody has, and stops at a line that is damaged")
    func texts() async throws {
      try write()
      let first = try await bench.run(pipeline(min: 3), small)
      let file = "runs/\(first.run)/rejects/things.ndjson"
      let lines = try bench.text(file).split(separator: "\n").map(String.init)
      try bench.write(lines.dropLast().joined(separator: "\n") + "\n" + lines[23].dropLast(8) + "\n", to: file)
      expectFailed(try await bench.replay(first.run, pipeline(min: 1)), .storage, "run.rejects")
      try bench.write(
        lines.dropLast().joined(separator: "\n") + "\n" + lines[23].replacing(/,"raw":.*/, with: "}") + "\n", to: file)
      let replay = try await bench.replay(first.run, pipeline(min: 1))
      #expect(replay.outcome == .verified && replay.exit == Records.ExitStatus.rejects.rawValue)
      #expect(try part(replay).loaded == 23 && part(replay).rejected == 0)
      #expect(try unresolved(first) == 1)
      #expect(try await bench.replay(first.run, pipeline(min: 1)).exit == Records.ExitStatus.rejects.rawValue)
    }
  }
}
