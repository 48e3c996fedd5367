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
      "SELECT \(Self.columns) FROM sluice.rebuilds WHERE run = $1 AND dataset = $2", parameters: [run, dataset]
    ).rows.compactMap { IndexDefinition($0) }
  }

  /// What is still to be made, foreign keys last.
  func outstanding() throws(PostgresError) -> [(place: String, definition: IndexDefinition)] {
    try connection.query(
      """
      SELECT \(Self.columns), place FROM sluice.rebuilds
      WHERE run = $1 AND dataset = $2 AND rebuilt_at IS NULL ORDER BY kind = 'foreignKey', place
      """, parameters: [run, dataset]
    ).rows.compactMap { row in
      guard let definition = IndexDefinition(row), let place = row.last ?? nil else { return nil }
      return (place, definition)
    }
  }

  func markRebuilt(_ place: String) throws(PostgresError) {
    try connection.execute(
      "UPDATE sluice.rebuilds SET rebuilt_at = clock_timestamp() WHERE run = $1 AND dataset = $2 AND place = $3",
      parameters: [run, dataset, place])
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

  func adoptOutstanding() throws(PostgresError) {
    try connection.execute(
      """
      WITH adopted AS (
        SELECT ctid AS row, row_number() OVER (ORDER BY kind = 'foreignKey', run, dataset, place) AS place
        FROM sluice.rebuilds WHERE target = $1 AND rebuilt_at IS NULL AND (run, dataset) <> ($2, $3)
      )
      UPDATE sluice.rebuilds AS r SET run = $2, dataset = $3, place = adopted.place - 1
      FROM adopted WHERE r.ctid = adopted.row
      """, parameters: [table.description, run, dataset])
  }
}
