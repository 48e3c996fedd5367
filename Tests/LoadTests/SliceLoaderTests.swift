import Load
import PipelineSpec
import Postgres
import Records
import TestSupport
import Testing

extension OnServer {
  /// Slices that go straight into the table.
  @Suite("Slices") struct SliceLoaderTests {
    private let bench: PublishBench
    private let dataset: Dataset

    init() throws {
      bench = try PublishBench()
      dataset = bench.dataset(["id int4", "note text"], key: [], mode: .append)
    }

    private func loader(_ refusals: SliceLoader.RefusalPolicy = .setAside) throws -> SliceLoader {
      let description = try bench.describe("things")
      return try SliceLoader(
        connection: bench.connection, run: "run", dataset: "things",
        layout: try TableCheck.layout(of: dataset, in: description, for: .comparison), refusals: refusals)
    }

    private func slice(_ rows: [(Int32, String?)], _ number: Int = 0) -> Slice {
      Slice(number: number, range: Int64(number)..<Int64(number + 1), lastByte: 1, batches: [bench.batch(rows)])
    }

    // MARK: - Rows that the server refuses

    @Test(
      "refusals hold no locks until COMMIT, whether the server names the row or not", arguments: ["named", "unnamed"])
    func locks(_ kind: String) throws {
      try bench.sql(
        """
        CREATE TABLE notes (note text PRIMARY KEY); INSERT INTO notes VALUES ('good'), ('named');
        CREATE TABLE things (id int4 PRIMARY KEY, note text REFERENCES notes CHECK (note <> 'named'));
        """)
      let outcome = try loader().stage(slice((0..<600).map { ($0, $0 % 2 == 0 ? "good" : kind) }))
      #expect(outcome.refused.count == 300)
      let locks = try bench.scalar("SELECT count(*) FROM pg_locks WHERE pid = \(bench.connection.backendPID)")
      #expect(locks.flatMap { Int($0) }.map { $0 < 30 } ?? false, "\(locks ?? "")")
      bench.connection.rollback()
    }

    @Test("exactly those rows are set aside that would be refused one by one", arguments: 1...6)
    func agreesWithOneByOne(_ seed: UInt64) throws {
      try bench.sql(
        """
        CREATE TABLE notes (note text PRIMARY KEY); INSERT INTO notes VALUES ('good'), ('bad');
        CREATE TABLE things (id int4 PRIMARY KEY, note text REFERENCES notes CHECK (note <> 'bad'));
        """)
      var random = RandomValues(seed: seed)
      // From a few refusals to nearly nothing else.
      let rarity = [2, 3, 9, 40, 150, 400][Int(seed) - 1]
      let rows = (0..<400).map { _ -> (Int32, String?) in
        let note = random.chance(rarity) ? "bad" : random.chance(rarity) ? "orphan" : "good"
        return (Int32(random.int(0...(400 * rarity))), note)
      }
      var keys: Set<Int32> = []
      let refused = rows.indices.filter { rows[$0].1 != "good" || !keys.insert(rows[$0].0).inserted }
      let loader = try loader()
      let outcome = try loader.stage(slice(rows))
      try loader.commit()
      #expect(outcome.refused.map(\.position.ordinal).sorted() == refused.map(Int64.init))
      #expect(try bench.scalar("SELECT count(*) FROM things") == "\(rows.count - refused.count)")
      let ledger = try bench.rows("SELECT loaded, rejected, cardinality(refused) FROM sluice.slices")
      #expect(ledger == [["\(rows.count - refused.count)", "\(refused.count)", "\(refused.count)"]])
    }
  }
}
