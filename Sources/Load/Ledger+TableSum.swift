internal import PipelineSpec
public import Postgres
public import Records

/// What the ledger says that a table holds.
extension Ledger {
  /// What all runs into the table of a run left in it, one after the other.
  public struct TableSum: Sendable {
    public private(set) var rows = 0
    public private(set) var digest = RowDigest()
    public private(set) var runs = 0
    /// What of it the run has loaded, with its replays.
    public private(set) var own = (rows: 0, digest: RowDigest())
    /// Whether the rows of the run are among them: no later run has emptied the table.
    fileprivate private(set) var hasRun = false
  }

  /// - Returns: nil where it is not known (an upsert has changed rows), or where the rows of this run are not part of it.
  public static func tableSum(with row: RunRow, on connection: Connection) throws -> TableSum? {
    let hasOrigins = try hasOrigins(on: connection)
    var sum = TableSum()
    for next in try rows(" WHERE target = $1 ORDER BY started_at, run, dataset", [row.target], on: connection) {
      guard try sum.add(next, as: row, hasOrigins: hasOrigins, on: connection) else { return nil }
    }
    return sum.hasRun ? sum : nil
  }

  /// Whether the rows of a run are in its staging table still.
  fileprivate static func isStaged(_ row: RunRow, hasOrigins: Bool, on connection: Connection) throws -> Bool {
    if Destination.Mode(rawValue: row.mode)?.traits.findsByKey == true { return true }
    guard hasOrigins else { return false }
    return try connection.query(
      "SELECT EXISTS (SELECT FROM sluice.slices WHERE run = $1 AND dataset = $2 AND xids = '{}')",
      parameters: [row.run, row.dataset]
    ).scalar == "t"
  }
}

extension Ledger.TableSum {
  /// - Parameter run: whose rows have to be among them.
  /// - Returns: false where it is not known what the run did to the rows that were there.
  fileprivate mutating func add(
    _ next: Ledger.RunRow, as run: Ledger.RunRow, hasOrigins: Bool, on connection: Connection
  ) throws -> Bool {
    let published = try Ledger.published(run: next.run, dataset: next.dataset, on: connection)
    if published == nil, try Ledger.isStaged(next, hasOrigins: hasOrigins, on: connection) { return true }
    switch Destination.Mode(rawValue: next.mode)?.traits {
    case let traits? where traits.onlyAdds:
      if let before = next.before, before != (rows, digest) { begin(with: before) }
    case let traits? where traits.ownsTable: begin(with: (0, RowDigest()))
    default: if let published, published.updated + published.unchanged > 0 { return false }
    }
    let part: (rows: Int, digest: RowDigest)
    if let published {
      guard let expected = published.expected else { return false }
      part = expected
    } else {
      let totals = try Ledger.totals(run: next.run, dataset: next.dataset, on: connection)
      part = (totals.own.rows, totals.own.digest)
    }
    guard add(part) else { return false }
    guard next.dataset == run.dataset else { return true }
    if next.run == run.run { hasRun = true }
    if next.run == run.run || next.replays == run.run {
      guard let rows = own.rows.adding(count: part.rows) else { return false }
      own.rows = rows
      own.digest &+= part.digest
    }
    return true
  }

  /// What was there before is not what the runs so far had left.
  private mutating func begin(with found: (rows: Int, digest: RowDigest)) {
    (rows, digest) = found
    (runs, hasRun) = (0, false)
  }

  private mutating func add(_ loaded: (rows: Int, digest: RowDigest)) -> Bool {
    guard let sum = rows.adding(count: loaded.rows) else { return false }
    rows = sum
    digest &+= loaded.digest
    runs += 1
    return true
  }
}
