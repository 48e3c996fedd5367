import Load
import PipelineSpec
import Postgres
import Records
import TestSupport
import Testing

extension OnServer {
  /// Slices whose records have rows in two tables.
  @Suite("Slices of two tables") struct SliceTablesTests {
    private let bench: PublishBench

    init() throws {
      bench = try PublishBench()
      try bench.sql(
        """
        CREATE TABLE notes (note text PRIMARY KEY); INSERT INTO notes VALUES ('good');
        CREATE TABLE parents (id int4 PRIMARY KEY, note text CHECK (note <> 'bad'));
        CREATE TABLE items (id int4 REFERENCES parents, note text REFERENCES notes CHECK (note <> 'bad'));
        """)
    }

    /// A record and its rows: of the first table, and of the second.
    private struct Sample {
      var id: Int32
      var note = "good"
      var items: [String] = []

      var isTaken: Bool { note == "good" && items.allSatisfy { $0 == "good" } }
    }

    private func loader(_ onRefusal: OnError) throws -> SliceLoader {
      let tables = try [("", "parents"), ("items", "items")].map { child, table in
        let spec = bench.spec(["id int4", "note text"], key: [], mode: .append, table: table)
        let layout = try TableCheck.layout(of: spec, in: try bench.describe(table), for: .comparison)
        return try SliceTable(
          child: child, layout: layout,
          shape: TableShape(
            of: QualifiedTable(schema: "public", table: table), columns: ["id", "note"], on: bench.connection))
      }
      return SliceLoader(
        connection: bench.connection, run: "run", dataset: "parents", tables: tables, onRefusal: onRefusal)
    }

    private func slice(_ samples: [Sample]) -> Slice {
      let half = samples.count / 2
      let batches = [(0, samples[..<half]), (half, samples[half...])].map { first, samples in
        var batch = RowBatch(
          tables: [TableRows(capacity: 0), TableRows(capacity: 0)], slice: 0, closesSlice: first > 0, source: nil)
        for (i, sample) in samples.enumerated() {
          batch.own.append(sample.id, sample.note)
          for note in sample.items { batch.tables[1].append(sample.id, note) }
          batch.endRecord(at: SourcePosition(ordinal: Int64(first + i), offset: Int64(first + i), length: 1))
        }
        batch.read = samples.count
        return batch
      }
      return Slice(number: 0, range: 0..<Int64(samples.count), lastByte: 1, batches: batches)
    }

    @Test(
      "a record of which either table refuses a row is left out of both, and the ledger counts rows by table",
      arguments: 1...4)
    func refusals(_ seed: UInt64) throws {
      var random = RandomValues(seed: seed)
      // From a few refusals to nearly nothing else; an orphan is refused without a word which row it was.
      let rarity = [3, 12, 60, 300][Int(seed) - 1]
      let samples = (0..<400).map { id in
        Sample(
          id: Int32(id), note: random.chance(rarity) ? "bad" : "good",
          items: (0..<random.int(0...3)).map { _ in
            random.chance(rarity) ? "bad" : random.chance(rarity) ? "orphan" : "good"
          })
      }
      let loader = try loader(.reject)
      let outcome = try loader.stage(slice(samples))
      try loader.commit()
      let taken = samples.filter(\.isTaken)
      let refused = samples.filter { !$0.isTaken }.map { Int64($0.id) }
      let items = taken.reduce(0) { $0 + $1.items.count }
      #expect(outcome.refused.map(\.position.ordinal).sorted() == refused)
      #expect(outcome.loaded == taken.count && outcome.rejected == refused.count)
      #expect(outcome.tables.map(\.rows) == [taken.count, items])
      #expect(try bench.scalar("SELECT array_agg(id ORDER BY id) FROM parents") == "{\(ids(taken))}")
      #expect(try bench.scalar("SELECT count(*) FROM items") == "\(items)")
      #expect(
        try bench.rows("SELECT read, loaded, rejected FROM sluice.slices")
          == [["400", "\(taken.count)", "\(refused.count)"]])
      let totals = try Ledger.totals(run: "run", dataset: "parents", on: bench.connection)
      #expect(totals.tables == ["": outcome.tables[0], "items": outcome.tables[1]])
      #expect(totals.read == 400 && totals.slices == 1 && totals.isContiguous)

      let again = try loader.stage(slice(samples))
      #expect(again.wasCommitted && again.tables == outcome.tables)
      let place = try #require(samples.firstIndex { !$0.items.isEmpty && $0.isTaken })
      var changed = samples
      changed[place].items.removeLast()
      expectError(.ledger) { try loader.stage(slice(changed)) }
    }

    private func ids(_ samples: [Sample]) -> String { samples.map { "\($0.id)" }.joined(separator: ",") }

    @Test(
      "without rejects the load stops at the record of the row, whichever table refuses it",
      arguments: ["bad", "orphan"])
    func stops(_ note: String) throws {
      var samples = (0..<50).map { Sample(id: $0, items: ["good", "good"]) }
      samples[31].items[1] = note
      let error = expectError(.refused) { try loader(.stop).stage(slice(samples)) }
      #expect(error?.message.contains("record 31 (counted from 0)") == true, "\(error?.message ?? "")")
      #expect(try bench.scalar("SELECT count(*) FROM sluice.slice_tables") == "0")
    }

    @Test("a slice that was taken out of the ledger by hand is loaded again, whatever is left of it by table")
    func leftover() throws {
      let loader = try loader(.reject)
      _ = try loader.stage(slice([Sample(id: 1, items: ["good"])]))
      try loader.commit()
      try bench.sql("DELETE FROM sluice.slices; DELETE FROM items; DELETE FROM parents")
      let outcome = try loader.stage(slice([Sample(id: 2), Sample(id: 3)]))
      try loader.commit()
      #expect(!outcome.wasCommitted)
      #expect(
        try Ledger.totals(run: "run", dataset: "parents", on: bench.connection).tables
          == ["": outcome.tables[0], "items": RowSum()])
    }

    @Test("a slice without its rows by table is damage that is named")
    func missing() throws {
      let loader = try loader(.reject)
      _ = try loader.stage(slice([Sample(id: 1), Sample(id: 2)]))
      try loader.commit()
      try bench.sql("DELETE FROM sluice.slice_tables")
      let error = expectError(.ledger) { try Ledger.totals(run: "run", dataset: "parents", on: bench.connection) }
      #expect(error?.place == "sluice.slice_tables")
      #expect(error?.message == "the ledger's row of run run, dataset parents, slice 0 is damaged: it is missing")
    }
  }
}

extension TableRows {
  /// Adds a row of two columns; its digest is made up.
  fileprivate mutating func append(_ id: Int32, _ note: String) {
    bytes.append(bigEndian: Int16(2))
    bytes.append(bigEndian: Int32(4))
    bytes.append(bigEndian: id)
    bytes.append(bigEndian: Int32(note.utf8.count))
    for byte in note.utf8 { bytes.append(byte) }
    rows.append(Row(end: bytes.count, digest: RowDigest(high: UInt64(id), low: UInt64(rows.count) &* 0x9E37_79B9)))
  }
}
