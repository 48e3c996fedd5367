internal import Postgres

extension IndexRebuild {
  private static let columns: SQL = """
    kind, name, definition, deferral, comment, constraint_comment, tablespace, is_replica_identity, is_clustered,
    statistics
    """

  func note(_ definitions: [IndexDefinition]) throws {
    let first = try noted().count
    for (place, definition) in definitions.enumerated() {
      try connection.execute(
        """
        INSERT INTO sluice.rebuilds (run, dataset, place, target, \(Self.columns))
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        parameters: [run, dataset, String(first + place), table.description] + definition.values)
    }
  }

  /// All that the table had before the load.
  func noted() throws(PostgresError) -> [IndexDefinition] {
    try connection.query(
      "SELECT \(Self.columns) FROM sluice.rebuilds WHERE run = $1 AND dataset = $2 AND target = $3",
      parameters: [run, dataset, table.description]
    ).rows.compactMap { IndexDefinition($0) }
  }

  /// What is still to be made, foreign keys last.
  /// - Throws: `load.foreign` when a role wrote some of it that this one does not trust.
  func outstanding() throws -> [(place: String, definition: IndexDefinition)] {
    let rows = try connection.query(
      """
      SELECT \(Self.columns), place, \(Self.isTrusted), written_by FROM sluice.rebuilds r
      WHERE run = $1 AND dataset = $2 AND target = $3 AND rebuilt_at IS NULL ORDER BY kind = 'foreignKey', place
      """, parameters: [run, dataset, table.description]
    ).rows
    return try rows.compactMap { row in
      guard let definition = IndexDefinition(row), let place = row[10] else { return nil }
      guard row[11] == "t" else { throw untrusted(definition.name, of: run, writer: row[12]) }
      return (place, definition)
    }
  }

  func markRebuilt(_ place: String) throws(PostgresError) {
    try connection.execute(
      """
      UPDATE sluice.rebuilds SET rebuilt_at = clock_timestamp(), written_by = current_user
      WHERE run = $1 AND dataset = $2 AND place = $3
      """, parameters: [run, dataset, place])
  }

  /// Another run that left the table without indexes.
  func outstandingRun() throws(PostgresError) -> String? {
    try connection.query(
      """
      SELECT run FROM sluice.rebuilds
      WHERE target = $1 AND rebuilt_at IS NULL AND (run, dataset) <> ($2, $3) LIMIT 1
      """, parameters: [table.description, run, dataset]
    ).scalar
  }

  /// - Throws: `load.foreign` when a role wrote some of it that this one does not trust.
  func adoptOutstanding() throws {
    try connection.execute(
      """
      WITH adopted AS (
        SELECT ctid AS row, row_number() OVER (ORDER BY kind = 'foreignKey', run, dataset, place) AS place
        FROM sluice.rebuilds r
        WHERE target = $1 AND rebuilt_at IS NULL AND (run, dataset) <> ($2, $3) AND \(Self.isTrusted)
      )
      UPDATE sluice.rebuilds AS r SET run = $2, dataset = $3, place = adopted.place - 1, written_by = current_user
      FROM adopted WHERE r.ctid = adopted.row
      """, parameters: [table.description, run, dataset])
    let left = try connection.query(
      """
      SELECT name, run, written_by FROM sluice.rebuilds
      WHERE target = $1 AND rebuilt_at IS NULL AND (run, dataset) <> ($2, $3) LIMIT 1
      """, parameters: [table.description, run, dataset]
    ).rows.first
    if let left { throw untrusted(left[0] ?? "", of: left[1] ?? "", writer: left[2]) }
  }

  /// Definitions are executed: only those that this role wrote, a superuser, or one that can act as the ledger's owner.
  private static let isTrusted: SQL = """
    EXISTS (SELECT FROM pg_catalog.pg_roles w WHERE w.rolname = r.written_by AND (w.rolname = current_user OR pg_has_role(
      w.oid, (SELECT relowner FROM pg_catalog.pg_class WHERE pg_class.oid = r.tableoid), 'MEMBER')))
    """

  private func untrusted(_ name: String, of other: String, writer: String?) -> LoadError {
    let takingOver: SQL = "UPDATE sluice.rebuilds SET written_by = current_user WHERE run = \(literal: other)"
    return LoadError(
      .foreign,
      "\(writer.map { "role \($0)" } ?? "an unknown role") wrote the definition of index \(name), and this role would execute it",
      place: table.description,
      remedy:
        "read what sluice.rebuilds has of run \(other): delete it, or if it is right take it over: \(takingOver.text)")
  }
}
