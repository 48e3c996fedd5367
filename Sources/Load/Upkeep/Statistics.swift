public import Postgres

/// The planner's statistics of a table that was loaded.
public enum Statistics {
  /// Gathers them again, of a partitioned table and its partitions.
  /// - Returns: false where this role may not.
  public static func gather(of table: TableDescription, on connection: Connection) throws -> Bool {
    guard try isPermitted(table, on: connection) else { return false }
    // Expressions of indexes are computed, by the user's functions perhaps.
    try connection.transaction {
      try connection.executeScript("\(SearchPath.ofRole); \(command(table.table))")
    }
    return true
  }

  /// For whoever may.
  public static func command(_ table: QualifiedTable) -> SQL { "ANALYZE \(table)" }

  /// Of a table that is not ours the server skips the work and only warns.
  private static func isPermitted(_ table: TableDescription, on connection: Connection) throws -> Bool {
    let isGranted: SQL = connection.serverVersion >= 170_000 ? "has_table_privilege(c.oid, 'MAINTAIN')" : "false"
    return try connection.query(
      """
      SELECT pg_has_role(c.relowner, 'USAGE') OR pg_has_role(d.datdba, 'USAGE') OR \(isGranted)
      FROM pg_class c, pg_database d WHERE c.oid = $1::oid AND d.datname = current_database()
      """, parameters: [String(table.oid)]
    ).scalar == "t"
  }
}
