internal import Postgres

/// The ledger row of a slice whose transaction is open, and the transactions that write the slice's rows.
///
/// A row that is written behind a savepoint bears the id of a subtransaction, which no function tells: but a row of the
/// ledger that is written beside it bears it too.
struct SliceEntry {
  /// Where the row's newest version lies: to find it by its key takes a step for each version.
  private var place: String
  private(set) var writers: [UInt64]

  /// - Parameter cells: of a row `place`, `xid`.
  init(columns: [String], cells: [String?]) throws {
    let row = LedgerRow(table: "slices", key: "this slice", columns: columns, cells: cells)
    place = try row.text("place")
    writers = [try row.transaction("xid")]
  }

  /// Adds the subtransaction that is open. Names what it calls with its schema, as the search path may be the role's.
  mutating func noteWriter(on connection: Connection) throws {
    let written = try connection.query(
      """
      UPDATE sluice.slices SET run = run WHERE ctid OPERATOR(pg_catalog.=) $1::pg_catalog.tid
      RETURNING ctid AS place, xmin AS xid
      """, parameters: [place]
    ).ledgerRows(of: "slices", "this slice")
    guard let row = written.first else {
      throw LoadError(.ledger, "the ledger's row of this slice is not there any more", place: "sluice.slices")
    }
    place = try row.text("place")
    writers.append(
      TransactionIDs.whole(UInt32(truncatingIfNeeded: try row.transaction("xid")), since: writers[0]))
  }
}
