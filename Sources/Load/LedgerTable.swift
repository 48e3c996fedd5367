internal import Postgres

/// A table of the ledger, in the words that the catalogue prints: they make it, and what the catalogue shows of it later is
/// compared with them.
struct LedgerTable: Sendable {
  let name: String
  /// `name type …`, a column each.
  let columns: [String]
  let constraints: [String]

  init(_ name: String, constraints: [String], _ columns: [String]) {
    self.name = name
    self.constraints = constraints
    self.columns = columns
  }

  var creation: SQL {
    "CREATE TABLE sluice.\(unsafe: name) (\(unsafe: (columns + constraints).joined(separator: ", ")));"
  }

  /// What `LedgerCatalogue` shows of it.
  var parts: [String] {
    ["\(name): table"] + constraints.map { "\(name): \($0)" }
      + columns.map { column in
        let words = column.split(separator: " ", maxSplits: 1)
        return "\(name).\(words[0]): \(words[1])"
      }
  }
}
