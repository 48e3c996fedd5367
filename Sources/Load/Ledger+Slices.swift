public import Postgres
public import Records

extension Ledger {
  /// What the committed slices of a run add up to.
  public struct Totals: Sendable, Hashable, Codable {
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

  static func slice(_ number: Int, run: String, dataset: String, on connection: Connection) throws -> SliceRow? {
    let rows = try connection.query(
      """
      SELECT s.slice, s.byte_from, s.byte_to, s.read, s.loaded, s.rejected, s.filtered, s.digest,
        r.ordinal AS refused, r.code, r.reason
      FROM sluice.slices s LEFT JOIN LATERAL unnest(s.refused, s.refused_codes, s.refused_reasons)
        AS r(ordinal, code, reason) ON true
      WHERE s.run = $1 AND s.dataset = $2 AND s.slice = $3
      """, parameters: [run, dataset, String(number)]
    ).ledgerRows(of: "slices", "run \(run), dataset \(dataset)")
    guard let first = rows.first else { return nil }
    return SliceRow(
      range: try first.range(), read: try first.count("read"), loaded: try first.count("loaded"),
      rejected: try first.count("rejected"), filtered: try first.count("filtered"), digest: try first.digest("digest"),
      refusals: try rows.filter { $0["refused"] != nil || $0["code"] != nil || $0["reason"] != nil }.map { row in
        (Int64(try row.count("refused")), row["code"] ?? "", row["reason"] ?? "")
      })
  }

  public static func totals(run: String, dataset: String, on connection: Connection) throws -> Totals {
    var totals = Totals()
    let rows = try connection.query(
      """
      SELECT slice, byte_from, byte_to, read, loaded, rejected, filtered, digest,
        array_to_string(refused, ',', 'null') AS refused
      FROM sluice.slices WHERE run = $1 AND dataset = $2 ORDER BY slices.slice
      """, parameters: [run, dataset]
    ).ledgerRows(of: "slices", "run \(run), dataset \(dataset)")
    for row in rows { try totals.add(row) }
    return totals
  }
}

extension Ledger.Totals {
  fileprivate mutating func add(_ row: LedgerRow) throws(LoadError) {
    let range = try row.range()
    slices += 1
    if range.lowerBound != lastByte { isContiguous = false }
    lastByte = range.upperBound
    if isContiguous { wholeUpTo = lastByte }
    read = try row.sum(read, "read")
    loaded = try row.sum(loaded, "loaded")
    rejected = try row.sum(rejected, "rejected")
    filtered = try row.sum(filtered, "filtered")
    digest &+= try row.digest("digest")
    refused += try row.ordinals("refused")
  }
}

extension LedgerRow {
  /// The bytes of the source that a slice covers.
  func range() throws(LoadError) -> Range<Int64> {
    let (from, to) = (try count("byte_from"), try count("byte_to"))
    guard from <= to else { throw damaged("byte_to") }
    return Int64(from)..<Int64(to)
  }

  /// `before` and the count of this row.
  fileprivate func sum(_ before: Int, _ column: String) throws(LoadError) -> Int {
    guard let sum = before.adding(count: try count(column)) else { throw damaged(column) }
    return sum
  }
}
