import Engine
import Postgres
import Records
import Reports
import TestSupport
import Testing

extension EndToEnd {
  /// Random sources, loaded one after another, against a dictionary that says what the table must hold.
  @Suite("Published, against a model") struct PublishedModel {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test(
      "table, counts and verdict are what the model says",
      arguments: ["upsert", "sync"], ["error", "first", "last"])
    func model(mode: String, repeated: String) async throws {
      let seed = UInt64.random(in: 0 ... .max)
      var random = RandomValues(seed: seed)
      try bench.sql("CREATE TABLE things (lang text, id int8, note jsonb, kept int4 DEFAULT 7, PRIMARY KEY (id, lang))")
      let pipeline = yaml(
        ["id int8", "lang text", "note jsonb"],
        into: "{ table: things, mode: \(mode), key: [lang, id], repeated: \(repeated) }",
        filters: ["rule: range, of: id, min: 0"])
      var table: [String: String] = [:]
      for round in 0..<4 {
        let label: Testing.Comment = "seed \(seed), round \(round)"
        var records: [(key: String, note: String)] = []
        var lines: [String] = []
        var filtered = 0
        for number in 0..<random.int(1...400) {
          // A source without any record is no valid NDJSON.
          let (id, lang) = (number == 0 ? -1 : random.int(-3...90), random.chance(2) ? "de" : "en")
          let note = #"{"v": \#(random.int(0...3))}"#
          if repeated == "error", records.contains(where: { $0.key == "\(id) \(lang)" }) { continue }
          lines.append(#"{"id": \#(id), "lang": "\#(lang)", "note": \#(note)}"#)
          if id < 0 { filtered += 1 } else { records.append(("\(id) \(lang)", note)) }
        }
        let chosen = Dictionary(records.map { ($0.key, $0.note) }) { repeated == "first" ? $0 : $1 }
        let inserted = chosen.keys.count { table[$0] == nil }
        let unchanged = chosen.count { table[$0.key] == $0.value }
        let deleted = mode == "sync" ? table.keys.count { chosen[$0] == nil } : 0
        if mode == "sync" { table = [:] }
        table.merge(chosen) { $1 }
        try bench.write(lines.joined(separator: "\n"))
        let report = try await bench.run(pipeline) { options in
          options.sliceBytes = 4096
          options.isConfirmed = true
        }
        let part = try part(report)
        #expect(report.outcome == .verified, "\(report.error as Any)")
        #expect(
          [part.inserted, part.updated, part.unchanged, part.deleted, part.repeated]
            == [inserted, chosen.count - inserted - unchanged, unchanged, deleted, records.count - chosen.count], label)
        #expect(part.loaded == chosen.count && part.filtered == filtered + records.count - chosen.count, label)
        #expect(part.read == lines.count && part.rejected == 0, label)
        let rows = try bench.rows("SELECT id || ' ' || lang, note FROM things WHERE kept = 7")
        #expect(Dictionary(rows.map { ($0[0] ?? "", $0[1] ?? "") }) { $1 } == table && rows.count == table.count, label)
        try expectVerified(
          try await bench.verify(pipeline), rows: chosen.count, filtered: filtered + records.count - chosen.count)
      }
    }
  }
}
