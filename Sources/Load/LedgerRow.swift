internal import Postgres
internal import Records

/// A row of the ledger, read by the names of its columns. What is missing or cannot be is damage, never a zero.
struct LedgerRow {
  let table: String
  /// Which rows it is one of: `run R, dataset D`
  let key: String
  let columns: [String]
  let cells: [String?]

  /// The cell; nil is NULL.
  subscript(column: String) -> String? { columns.firstIndex(of: column).flatMap { cells[$0] } }

  func text(_ column: String) throws(LoadError) -> String {
    guard let text = self[column] else { throw damaged(column) }
    return text
  }

  /// A size, place, ordinal or count.
  func count(_ column: String) throws(LoadError) -> Int {
    guard let count = self[column].flatMap({ Int($0) }), count.isCount else { throw damaged(column) }
    return count
  }

  /// Ordinals with commas between them.
  func ordinals(_ column: String) throws(LoadError) -> [Int64] {
    var ordinals: [Int64] = []
    for text in try text(column).split(separator: ",", omittingEmptySubsequences: true) {
      guard let ordinal = Int64(text), ordinal.isCount else { throw damaged(column) }
      ordinals.append(ordinal)
    }
    return ordinals
  }

  /// The id of a transaction.
  func transaction(_ column: String) throws(LoadError) -> UInt64 {
    guard let id = self[column].flatMap({ UInt64($0) }) else { throw damaged(column) }
    return id
  }

  /// Ids with commas between them.
  func transactions(_ column: String) throws(LoadError) -> [UInt64] {
    var ids: [UInt64] = []
    for text in try text(column).split(separator: ",") {
      guard let id = UInt64(text) else { throw damaged(column) }
      ids.append(id)
    }
    return ids
  }

  func digest(_ column: String) throws(LoadError) -> RowDigest {
    guard let digest = self[column].flatMap({ RowDigest($0) }) else { throw damaged(column) }
    return digest
  }

  /// A count of rows with their digest; nil where neither is there.
  func sum(_ rows: String, _ digest: String) throws(LoadError) -> (rows: Int, digest: RowDigest)? {
    if self[rows] == nil, self[digest] == nil { return nil }
    return (try count(rows), try self.digest(digest))
  }

  /// That the row does not hold what a run wrote in `column`.
  func damaged(_ column: String) -> LoadError { .damaged(table, keyOfSlice, "\(column) is \(shown(column))") }

  /// That there is no such row.
  var missing: LoadError { .damaged(table, keyOfSlice, "it is missing") }

  private var keyOfSlice: String { key + (self["slice"].map { ", slice \($0)" } ?? "") }

  /// The columns of another table that were read with it.
  func of(_ table: String) -> LedgerRow { LedgerRow(table: table, key: key, columns: columns, cells: cells) }

  private func shown(_ column: String) -> String {
    guard let text = self[column] else { return "null" }
    return text.isEmpty ? "empty" : String(text.prefix(40)) + (text.count > 40 ? "…" : "")
  }
}

extension LoadError {
  /// A row of the ledger that no run has written.
  /// - Parameters:
  ///   - table: `slices`
  ///   - key: which of its rows: `run R, dataset D, slice 3`
  ///   - what: the column, and what it holds.
  public static func damaged(_ table: String, _ key: String, _ what: String) -> LoadError {
    LoadError(
      .ledger, "the ledger's row of \(key) is damaged: \(what)", place: "sluice.\(table)",
      remedy: "restore the tables of schema sluice from a backup of the database, or start a new run")
  }
}

extension QueryResult {
  /// The rows of a table of the ledger.
  /// - Parameter key: names what they have in common: `run R, dataset D`.
  func ledgerRows(of table: String, _ key: String) -> [LedgerRow] {
    rows.map { LedgerRow(table: table, key: key, columns: columns, cells: $0) }
  }
}
