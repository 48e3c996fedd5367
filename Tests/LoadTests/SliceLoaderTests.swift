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
    private let spec: TableSpec

    init() throws {
      bench = try PublishBench()
      spec = bench.spec(["id int4", "note text"], key: [], mode: .append)
    }

    private func loader(
      _ refusals: OnError = .reject, isCompared: Bool = true
    ) throws -> SliceLoader {
      let description = try bench.describe("things")
      let shape = try TableShape(of: description.table, columns: ["id", "note"], on: bench.connection)
      let table = try SliceTable(
        layout: try TableCheck.layout(of: spec, in: description, for: .comparison), shape: isCompared ? shape : nil)
      return SliceLoader(
        connection: bench.connection, run: "run", dataset: "things", tables: [table], onRefusal: refusals)
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

    // MARK: - A table that changes

    @Test("a column of another type stops the load, also one that would take the same bytes")
    func otherType() throws {
      try bench.sql("CREATE TABLE things (id int4, note text)")
      let loader = try loader()
      _ = try loader.stage(slice([(1, "a")]))
      try loader.commit()
      try bench.sql("ALTER TABLE things ALTER id TYPE float4")
      let error = expectError(.schema) { try loader.stage(slice([(2, "b")], 1)) }
      #expect(error?.message.contains("changed while the run loaded") ?? false)
      #expect(try bench.rows("SELECT id, note FROM things") == [["1", "a"]])
      #expect(try bench.scalar("SELECT count(*) FROM sluice.slices") == "1")
    }

    static let changes = [
      "ALTER TABLE things ALTER note TYPE varchar(3)", "ALTER TABLE things DROP note; ALTER TABLE things ADD note text",
      "DROP TABLE things; CREATE TABLE things (id int4, note text)", "ALTER TABLE things DROP note",
    ]

    @Test("so does another modifier, another column of the name, another table of the name", arguments: changes)
    func otherShape(_ change: String) throws {
      try bench.sql("CREATE TABLE things (id int4, note text)")
      let loader = try loader()
      try bench.sql(change)
      _ = expectError(.schema) { try loader.stage(slice([(1, "b")])) }
      #expect(try bench.scalar("SELECT count(*) FROM sluice.slices") == "0")
    }

    @Test("changes of columns that are not loaded do not stop it, nor does a slice that is in already")
    func unrelated() throws {
      try bench.sql("CREATE TABLE things (id int4, note text, more text)")
      let loader = try loader()
      try bench.sql("ALTER TABLE things DROP more, ADD other int4 DEFAULT 1")
      _ = try loader.stage(slice([(1, "a")]))
      try loader.commit()
      try bench.sql("ALTER TABLE things ALTER id TYPE int8")
      #expect(try loader.stage(slice([(1, "a")])).wasCommitted)
    }

    @Test("bytes of another form than the column's are no fault of a row")
    func otherBytes() throws {
      try bench.sql("CREATE TABLE things (id int4, note text)")
      let loader = try loader(isCompared: false)
      try bench.sql("ALTER TABLE things ALTER id TYPE int2")
      let error = expectError(.schema) { try loader.stage(slice([(1, "a")])) }
      #expect(error?.place == "public.things")
    }

    @Test("nobody changes the table between the comparison and COMMIT")
    func held() throws {
      try bench.sql("CREATE TABLE things (id int4, note text)")
      let loader = try loader()
      _ = try loader.stage(slice([(1, "a")]))
      #expect(throws: PostgresError.self) {
        try bench.sql("SET lock_timeout = '50ms'; ALTER TABLE things ALTER id TYPE int8")
      }
      try loader.commit()
    }
  }
}
