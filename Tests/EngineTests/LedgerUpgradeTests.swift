import Engine
import PipelineSpec
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Runs whose ledger an earlier version made.
  @Suite("A ledger of version 7") struct LedgerUpgrade {
    private let bench: Workbench

    private static let count = 900

    init() throws {
      bench = try Workbench()
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, name text, CHECK (id <> 33))")
      let name = String(repeating: "n", count: 80)
      try bench.write(
        "["
          + (0..<Self.count).map { id in
            id == 700 ? #"{"id": "x"}"# : #"{"id": \#(id), "name": "\#(name)"}"#
          }.joined(separator: ",\n") + "]")
    }

    private func pipeline(_ mode: String) -> String {
      """
      pipeline: test
      datasets:
        - dataset: things
          from: { file: things.json }
          into: { table: things, mode: \(mode), key: id }
          columns: [{ column: id, type: int4, at: /id }, { column: name, type: text, at: /name }]
      """
    }

    private func small(_ options: inout RunOptions) {
      options.onError = .reject
      options.sliceBytes = 4096
    }

    /// Stops behind the record that the server refuses, at the one whose value is none.
    private func stopped(_ mode: String) async throws -> Report {
      let report = try await bench.run(pipeline(mode)) { options in
        small(&options)
        options.maxErrors = .count(1)
      }
      expectFailed(report, .data, "run.budget")
      let slices = "SELECT count(*) > 3, sum(rejected) FROM sluice.slices WHERE run = '\(report.run)'"
      #expect(try bench.rows(slices) == [["t", "1"]])
      return report
    }

    /// The statements that made version 7, with the rows that are there.
    private func makeVersion7() throws {
      let tables = ["runs", "slices", "slice_tables", "targets", "superseded", "rebuilds"]
      try bench.sql(
        "CREATE SCHEMA kept; "
          + tables.map { "CREATE TABLE kept.\($0) AS TABLE sluice.\($0); DROP TABLE sluice.\($0);" }.joined())
      try bench.sql(
        """
        CREATE TABLE sluice.runs (run text NOT NULL, dataset text NOT NULL, pipeline text NOT NULL, target text NOT NULL,
          mode text NOT NULL, plan text NOT NULL, instant timestamp with time zone NOT NULL, slice_bytes bigint NOT NULL,
          started_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(), before_rows bigint, before_digest text,
          finished_at timestamp with time zone, outcome text, source_bytes bigint, source_sha256 text, target_oid oid,
          report text, replays text, published_at timestamp with time zone, inserted bigint, updated bigint,
          unchanged bigint, deleted bigint, repeated bigint, expected_rows bigint, expected_digest text, is_proved boolean,
          PRIMARY KEY (run, dataset));
        CREATE TABLE sluice.slices (run text NOT NULL, dataset text NOT NULL, slice integer NOT NULL,
          byte_from bigint NOT NULL, byte_to bigint NOT NULL, read bigint NOT NULL, loaded bigint NOT NULL,
          rejected bigint NOT NULL, filtered bigint NOT NULL, digest text NOT NULL,
          refused bigint[] NOT NULL DEFAULT '{}'::bigint[], refused_codes text[] NOT NULL DEFAULT '{}'::text[],
          refused_reasons text[] NOT NULL DEFAULT '{}'::text[],
          committed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (run, dataset, slice));
        CREATE TABLE sluice.targets (target text NOT NULL, epoch bigint NOT NULL, run text NOT NULL,
          taken_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (target));
        CREATE TABLE sluice.superseded (run text NOT NULL, dataset text NOT NULL, ordinal bigint NOT NULL,
          PRIMARY KEY (run, dataset, ordinal));
        CREATE TABLE sluice.rebuilds (run text NOT NULL, dataset text NOT NULL, place integer NOT NULL,
          target text NOT NULL, kind text NOT NULL, name text NOT NULL, definition text NOT NULL, deferral text,
          comment text, constraint_comment text, tablespace text, is_replica_identity boolean NOT NULL,
          is_clustered boolean NOT NULL, statistics text, rebuilt_at timestamp with time zone,
          PRIMARY KEY (run, dataset, place));
        ALTER TABLE sluice.rebuilds ADD COLUMN written_by name;
        ALTER TABLE sluice.rebuilds ALTER COLUMN written_by SET DEFAULT current_user;
        ALTER TABLE sluice.rebuilds ENABLE ROW LEVEL SECURITY;
        CREATE POLICY by_their_writer ON sluice.rebuilds USING (true) WITH CHECK (written_by = current_user);
        ALTER TABLE sluice.slices ADD COLUMN source_sha256 text, ADD COLUMN xids xid8[];
        ALTER TABLE sluice.targets ADD COLUMN made_as text;
        UPDATE sluice.version SET version = 7;
        INSERT INTO sluice.slices (run, dataset, slice, byte_from, byte_to, read, loaded, rejected, filtered, digest,
            refused, refused_codes, refused_reasons, committed_at, source_sha256, xids)
          SELECT run, dataset, slice, byte_from, byte_to, read, loaded, rejected, filtered, digest, refused,
            refused_codes, refused_reasons, committed_at, source_sha256, xids
          FROM kept.slices JOIN kept.slice_tables USING (run, dataset, slice);
        """
          + tables.filter { !$0.hasPrefix("slice") }.map { "INSERT INTO sluice.\($0) TABLE kept.\($0);" }.joined())
    }

    private func version() throws -> String? { try bench.scalar("SELECT version FROM sluice.version") }

    @Test(
      "is brought up to date by the resume of a run that had stopped, which loads what is missing and proves the whole",
      arguments: ["append", "upsert"])
    func unfinished(_ mode: String) async throws {
      let first = try await stopped(mode)
      try makeVersion7()
      let committed = try bench.rows("SELECT slice, committed_at, loaded, digest FROM sluice.slices ORDER BY slice")
      let slices = committed.compactMap { $0[0] }.joined(separator: ",")
      let second = try await bench.resume(first.run) { $0.maxErrors = .count(100) }
      try expectVerified(second, rows: Self.count - 2, rejected: 2)
      #expect(try version() == "8")
      #expect(try bench.count() == Self.count - 2)
      #expect(
        try bench.rows(
          """
          SELECT slice, committed_at, rows, digest FROM sluice.slices JOIN sluice.slice_tables USING (run, dataset, slice)
          WHERE child = '' AND slice IN (\(slices)) ORDER BY slice
          """) == committed, "what was committed is not loaded again")
    }

    @Test(
      "is read as it is by verify and status, and a run that it has is verified after it was brought up to date too")
    func finished() async throws {
      let first = try await bench.run(pipeline("append"), small)
      try expectVerified(first, rows: Self.count - 2, rejected: 2)
      try makeVersion7()
      let status = try RunStatus.of(first.run, in: bench.path("runs"), environment: bench.environment)
      #expect(status.problem == nil && status.datasets.map(\.loaded) == [Self.count - 2])
      try expectVerified(try await bench.verify(pipeline("append")), rows: Self.count - 2, rejected: 2)
      #expect(try version() == "7", "they alter nothing")
      _ = try await stopped("upsert")
      #expect(try version() == "8")
      let run = first.run
      try expectVerified(
        try await bench.verify(pipeline("append")) { $0.runID = run }, rows: Self.count - 2, rejected: 2)
    }
  }
}
