import Load
import PipelineSpec
import Postgres
import Records
import TestSupport
import Testing

extension OnServer {
  /// Publishing random rows to random tables, against a dictionary that says what must come of it.
  @Suite("Publication, against a model") struct ModelTests {
    private let bench: PublishBench

    init() throws { bench = try PublishBench() }

    private struct Key: Hashable, Comparable {
      var a: Int
      var b: String

      static func < (left: Key, right: Key) -> Bool { (left.a, left.b) < (right.a, right.b) }
    }

    private func values(_ rows: [(Key, String?)], ordinals: Bool) -> String {
      guard !rows.isEmpty else { return "" }
      return "VALUES "
        + rows.enumerated().map { i, row in
          "(\(row.0.a), '\(row.0.b)'::text, \(row.1.map { "'\($0)'" } ?? "NULL")\(ordinals ? ", \(i)" : ""))"
        }.joined(separator: ", ")
    }

    @Test(
      "table and counts are what the model says",
      arguments: [Destination.Mode.upsert, .sync], [Destination.Repeated.error, .first, .last])
    func model(mode: Destination.Mode, repeated: Destination.Repeated) throws {
      let seed = UInt64.random(in: 0 ... .max)
      var random = RandomValues(seed: seed)
      try bench.sql(#"CREATE TABLE things ("A" int4, b text, note text, kept int4 DEFAULT 0, UNIQUE (b, "A"))"#)
      var spec = bench.spec(["A int4", "b text", "note text"], key: ["A", "b"], mode: mode, repeated: repeated)
      spec.columns[0].name = "A"
      var table: [Key: String?] = [:]
      for round in 0..<12 {
        var source: [(Key, String?)] = []
        for _ in 0..<Int.random(in: 0...60, using: &random) {
          let key = Key(a: .random(in: 0..<6, using: &random), b: ["x", "Y", "z"].randomElement(using: &random) ?? "")
          if repeated == .error, source.contains(where: { $0.0 == key }) { continue }
          source.append((key, [nil, "p", "q", "r"].randomElement(using: &random) ?? nil))
        }
        let chosen = Dictionary(source) { repeated == .first ? $0 : $1 }
        var expected = PublishCounts(repeated: source.count - chosen.count)
        for (key, note) in chosen {
          switch table[key] {
          case nil: expected.inserted += 1
          case .some(let old) where old == note: expected.unchanged += 1
          default: expected.updated += 1
          }
          table[key] = .some(note)
        }
        if mode == .sync {
          expected.deleted = table.count { chosen[$0.key] == nil }
          table = table.filter { chosen[$0.key] != nil }
        }
        let published = try bench.publish(spec, values(source, ordinals: repeated != .error))
        #expect(published.counts == expected, "seed \(seed), round \(round)")
        let rows = try bench.rows(#"SELECT "A", b, note FROM things ORDER BY "A", b COLLATE "C""#)
        #expect(
          rows == table.sorted { $0.key < $1.key }.map { [String($0.key.a), $0.key.b, $0.value] },
          "seed \(seed), round \(round)")
        #expect(published.superseded.count == expected.repeated && published.deleted.count == expected.deleted)
        let compared = mode == .sync ? table : table.filter { chosen[$0.key] != nil }
        #expect(published.rows.count == compared.count, "seed \(seed), round \(round)")
      }
    }
  }
}
