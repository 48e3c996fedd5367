import Load
import PipelineSpec
import Postgres
import Records
import TestSupport
import Testing

extension OnServer {
  @Suite("Slices of a staged dataset") struct StagedSliceTests {
    private let bench: PublishBench

    init() throws {
      bench = try PublishBench()
      try bench.sql("CREATE TABLE things (id int4 PRIMARY KEY, note text)")
    }

    private func load(
      _ spec: TableSpec, _ batches: [RowBatch], _ refusals: OnError = .stop
    ) throws -> (run: String, outcome: SliceLoader.Outcome) {
      let description = try bench.describe("things")
      let run = try bench.begin(spec, description)
      let layout = try TableCheck.layout(of: spec, in: description, for: .loading(allowsUnlogged: false))
      let table = try SliceTable(layout: layout, staging: try StagingTable(run: run, of: spec))
      let loader = SliceLoader(
        connection: bench.connection, run: run, dataset: spec.dataset, tables: [table], onRefusal: refusals)
      let outcome = try loader.stage(Slice(number: 0, range: 0..<8, lastByte: 8, batches: batches))
      try loader.commit()
      return (run, outcome)
    }

    @Test("rows come with their ordinals, over several batches and pieces, and leave the table alone")
    func ordinals() throws {
      let spec = bench.spec(["id int4", "note text"], key: ["id"], repeated: .last)
      let long = String(repeating: "é", count: 40_000)
      let batches = [
        bench.batch((0..<1000).map { ($0, $0 == 7 ? nil : "first") }, first: 5_000_000_000),
        bench.batch([], first: 0), bench.batch([(7, long), (8, long), (2000, "")], first: 5_000_001_000),
      ]
      let run = try load(spec, batches).run
      let table = try StagingTable(run: run, of: spec).table.quoted
      #expect(
        try bench.rows(
          """
          SELECT id, note IS NULL, length(note), sluice_ordinal FROM \(table) WHERE id IN (7, 8, 999, 2000)
          ORDER BY sluice_ordinal
          """)
          == [
            ["7", "t", nil, "5000000007"], ["8", "f", "5", "5000000008"], ["999", "f", "5", "5000000999"],
            ["7", "f", "40000", "5000001000"], ["8", "f", "40000", "5000001001"], ["2000", "f", "0", "5000001002"],
          ])
      #expect(try bench.scalar("SELECT count(*) FROM \(table)") == "1003")
      #expect(try bench.scalar("SELECT count(*) FROM things") == "0")
      let published = try bench.publish(run, spec, try bench.describe("things"))
      #expect(published.counts == PublishCounts(inserted: 1001, repeated: 2))
      #expect(published.superseded == [#"7|\N"#, "8|first"])
    }

    @Test("without `repeated` rows go in as they are")
    func plain() throws {
      let spec = bench.spec(["id int4", "note text"], key: ["id"])
      let run = try load(spec, [bench.batch([(1, "a"), (2, nil)], first: 0)]).run
      let published = try bench.publish(run, spec, try bench.describe("things"))
      #expect(published.rows == ["1|a", #"2|\N"#])
    }

    @Test("a null in the key is refused when the row is loaded, with its place")
    func nullKey() throws {
      let spec = bench.spec(["id int4", "note text"], key: ["note"], mode: .append, repeated: .first)
      let rows = [(1, "a"), (2, nil), (3, "b")] as [(Int32, String?)]
      let (run, outcome) = try load(spec, [bench.batch(rows, first: 10)], .reject)
      #expect(outcome.refused.map(\.position.ordinal) == [11] && outcome.refused.map(\.code) == ["23502"])
      let published = try bench.publish(run, spec, try bench.describe("things"))
      #expect(published.rows == ["1|a", "3|b"])
      _ = expectError(.refused) { try load(spec, [bench.batch(rows, first: 10)]) }
    }
  }
}
