public import Postgres
public import Records

extension Ledger {
  /// What the committed slices of a run add up to.
  public struct Totals: Sendable, Hashable {
    public var slices = 0
    public var read = 0
    public var loaded = 0
    public var rejected = 0
    public var filtered = 0
    public var digest = RowDigest()
    /// Ordinals of records that the server itself refused.
    public var refused: [Int64] = []
    /// Whether the slices lie end to end from the first byte on.
    public var isContiguous = true
    public var lastByte: Int64 = 0
    /// Everything before this byte is committed.
    public var wholeUpTo: Int64 = 0

    public init() {}
  }

  /// What the ledger has of one slice.
  struct SliceRow {
    var range: Range<Int64>
    var read: Int
    var loaded: Int
    var rejected: Int
    var filtered: Int
    var digest: RowDigest
    var refusals: [(ordinal: Int64, code: String, reason: String)]
  }

  static func slice(
    _ number: Int, run: String, dataset: String, on connection: Connection
  ) throws(PostgresError) -> SliceRow? {
    let rows = try connection.query(
      """
      SELECT s.byte_from, s.byte_to, s.read, s.loaded, s.rejected, s.filtered, s.digest, r.ordinal, r.code, r.reason
      FROM sluice.slices s LEFT JOIN LATERAL unnest(s.refused, s.refused_codes, s.refused_reasons)
        AS r(ordinal, code, reason) ON true
      WHERE s.run = $1 AND s.dataset = $2 AND s.slice = $3
      """, parameters: [run, dataset, String(number)]
    ).rows
    guard let first = rows.first else { return nil }
    let numbers = first[0..<6].map { $0.flatMap { Int($0) } ?? -1 }
    return SliceRow(
      range: Int64(numbers[0])..<max(Int64(numbers[0]), Int64(numbers[1])), read: numbers[2], loaded: numbers[3],
      rejected: numbers[4], filtered: numbers[5], digest: first[6].flatMap { RowDigest($0) } ?? RowDigest(),
      refusals: rows.compactMap { row in
        row[7].flatMap { Int64($0) }.map { ($0, row[8] ?? "", row[9] ?? "") }
      })
  }

  public static func totals(run: String, dataset: String, on connection: Connection) throws(PostgresError) -> Totals {
    var totals = Totals()
    let rows = try connection.query(
      """
      SELECT byte_from, byte_to, read, loaded, rejected, filtered, digest, array_to_string(refused, ',')
      FROM sluice.slices WHERE run = $1 AND dataset = $2 ORDER BY slice
      """, parameters: [run, dataset]
    ).rows
    for row in rows {
      let numbers = row[0..<6].map { $0.flatMap { Int($0) } ?? 0 }
      totals.slices += 1
      if Int64(numbers[0]) != totals.lastByte { totals.isContiguous = false }
      totals.lastByte = Int64(numbers[1])
      if totals.isContiguous { totals.wholeUpTo = totals.lastByte }
      totals.read += numbers[2]
      totals.loaded += numbers[3]
      totals.rejected += numbers[4]
      totals.filtered += numbers[5]
      if let digest = row[6].flatMap({ RowDigest($0) }) { totals.digest &+= digest }
      totals.refused += (row[7] ?? "").split(separator: ",").compactMap { Int64($0) }
    }
    return totals
  }
}
