internal import Postgres

/// What PostgreSQL says of a row that it refuses, as a reason for the record.
extension PostgresError {
  /// The column or the key, where the server names one. Without the SQLSTATE, which is the reason's code, and without the place,
  /// which is the table's or the connection's.
  var reasonOfRefusal: String {
    var reason = sentence
    if let column, sqlState != "23502" { reason = "column \(column): \(reason)" }
    if let key { reason += ": \(key)" }
    return reason
  }

  /// What helps where a row of another table is missing.
  var needsParent: String? {
    sqlState == "23503" ? "load the table that it refers to first: datasets load in the order of the file" : nil
  }
}
