internal import Postgres

/// Triggers, CHECK functions and defaults run under the role's own search path, as they do in psql. Our statements run
/// under `pg_catalog`, where nobody's function or operator comes before the server's; those that fire the former name
/// everything with its schema.
enum SearchPath {
  /// That of the session before its output was pinned, until the transaction ends.
  static let ofRole: SQL = "SET LOCAL search_path TO DEFAULT"
  static let pinned: SQL = "SET LOCAL search_path TO pg_catalog"
}
