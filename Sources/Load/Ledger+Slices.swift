public import Postgres
public import Records

extension Ledger {
  /// What the committed slices of a run add up to.
  public struct Totals: Sendable, Hashable, Codable {
    public var slices = 0
    /// Records.
    public var read = 0
    public var loaded = 0
    public var rejected = 0
    public var filtered = 0
    /// The loaded rows by table: `SliceTable.own`, and the names of children.
    public var tables: [String: RowSum] = [:]
    /// Ordinals of records that the server itself refused.
    public var refused: [Int64] = []
    /// Whether the slices lie end to end from the first byte on.
    public var isContiguous = true
    public var lastByte: Int64 = 0
    /// Everything before this byte is committed.
    public var wholeUpTo: Int64 = 0

    public init() {}

    /// The loaded rows of the dataset's own table.
    public var own: RowSum { tables[SliceTable.own] ?? RowSum() }
  }

  /// What the ledger has of one slice.
  struct SliceRow {
    var range: Range<Int64>
    var read: Int
    var loaded: Int
    var rejected: Int
    var filtered: Int
    var tables: [String: RowSum]
    var refusals: [(ordinal: Int64, code: String, reason: String)]
  }

  static func slice(_ number: Int, run: String, dataset: String, on connection: Connection) throws -> SliceRow? {
    let key = "run \(run), dataset \(dataset)"
    let tables = try connection.query(
      "SELECT slice, child, rows, digest FROM sluice.slice_tables WHERE run = $1 AND dataset = $2 AND slice = $3",
      parameters: [run, dataset, String(number)]
    ).ledgerRows(of: "slice_tables", key)
    let rows = try connection.query(
      """
      SELECT s.slice, s.byte_from, s.byte_to, s.read, s.loaded, s.rejected, s.filtered, r.ordinal AS refused, r.code,
        r.reason
      FROM sluice.slices s LEFT JOIN LATERAL unnest(s.refused, s.refused_codes, s.refused_reasons)
        AS r(ordinal, code, reason) ON true
      WHERE s.run = $1 AND s.dataset = $2 AND s.slice = $3
      """, parameters: [run, dataset, String(number)]
    ).ledgerRows(of: "slices", key)
    guard let first = rows.first else { return nil }
    return SliceRow(
      range: try first.range(), read: try first.count("read"), loaded: try first.count("loaded"),
      rejected: try first.count("rejected"), filtered: try first.count("filtered"),
      tables: try tables.reduce(into: [:]) { sums, row in sums[try row.text("child")] = try row.rowSum() },
      refusals: try rows.filter { $0["refused"] != nil || $0["code"] != nil || $0["reason"] != nil }.map { row in
        (Int64(try row.count("refused")), row["code"] ?? "", row["reason"] ?? "")
      })
  }

  public static func totals(run: String, dataset: String, on connection: Connection) throws -> Totals {
    var totals = Totals()
    let rows = try connection.query(
      """
      SELECT slice, byte_from, byte_to, read, loaded, rejected, filtered, array_to_string(refused, ',', 'null') AS refused,
        t.child, t.rows, t.digest
      FROM sluice.slices LEFT JOIN \(try sliceTables(on: connection)) AS t USING (run, dataset, slice)
      WHERE run = $1 AND dataset = $2 ORDER BY slice, t.child
      """, parameters: [run, dataset]
    ).ledgerRows(of: "slices", "run \(run), dataset \(dataset)")
    var slice: String?
    for row in rows {
      // A row for each of its tables.
      if row["slice"] != slice { try totals.add(row) }
      slice = row["slice"]
      try totals.addTable(row.of("slice_tables"))
    }
    return totals
  }

  /// The rows of slices by table, as they are or as a ledger before version 8 has them.
  private static func sliceTables(on connection: Connection) throws(PostgresError) -> SQL {
    let hasTables = try connection.query("SELECT to_regclass('sluice.slice_tables') IS NOT NULL").scalar == "t"
    return hasTables
      ? "sluice.slice_tables" : "(SELECT run, dataset, slice, '' AS child, loaded AS rows, digest FROM sluice.slices)"
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
    refused += try row.ordinals("refused")
  }

  fileprivate mutating func addTable(_ row: LedgerRow) throws(LoadError) {
    guard let child = row["child"] else { throw row.missing }
    var sum = tables[child] ?? RowSum()
    let part = try row.rowSum()
    guard sum.rows.adding(count: part.rows) != nil else { throw row.damaged("rows") }
    sum += part
    tables[child] = sum
  }
}

extension LedgerRow {
  /// The bytes of the source that a slice covers.
  func range() throws(LoadError) -> Range<Int64> {
    let (from, to) = (try count("byte_from"), try count("byte_to"))
    guard from <= to else { throw damaged("byte_to") }
    return Int64(from)..<Int64(to)
  }

  /// What a slice has in one table.
  fileprivate func rowSum() throws(LoadError) -> RowSum {
    RowSum(rows: try count("rows"), digest: try digest("digest"))
  }

  /// `before` and the count of this row.
  fileprivate func sum(_ before: Int, _ column: String) throws(LoadError) -> Int {
    guard let sum = before.adding(count: try count(column)) else { throw damaged(column) }
    return sum
  }
}
