internal import PipelineSpec
internal import Postgres

/// Rows for which a partitioned table has no partition: the server does not say which they are.
extension Publication {
  /// The key of one such row, `id = 7, day = 2026-01-01`, and how many there are; nil where all have one, or where that
  /// depends on columns that are not staged.
  func withoutPartition() -> (key: String, count: Int)? {
    guard target.kind == .partitionedTable, let bounds = try? bounds(), !bounds.isEmpty else { return nil }
    let isHomeless: SQL = "(\(bounds.map { "(\($0))" as SQL }.joined(separator: " OR "))) IS NOT TRUE"
    let found = try? connection.query(
      "SELECT \(statements.keyColumns), count(*) OVER () FROM \(staging.table) WHERE \(isHomeless) LIMIT 1")
    guard let row = found?.rows.first, let count = row.last?.flatMap({ Int($0) }) else { return nil }
    let key = zip(spec.destination.key, row).map { "\($0) = \($1 ?? "null")" }.joined(separator: ", ")
    return (key, count)
  }

  /// What each partition demands of its rows.
  private func bounds() throws(PostgresError) -> [SQL] {
    try connection.query(
      """
      SELECT coalesce(pg_get_partition_constraintdef(relid), 'true') FROM pg_partition_tree($1::oid::regclass)
      WHERE isleaf
      """, parameters: [String(target.oid)]
    ).rows.compactMap { $0[0].map { SQL(unsafe: $0) } }
  }
}
