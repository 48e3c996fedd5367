internal import Postgres

/// That the server refuses a row, and with it the record that the row is of.
struct RowRefusal: Error {
  var cause: PostgresError
  /// Counted in the slice; nil where the server does not say which row it was.
  var record: Int?
}
