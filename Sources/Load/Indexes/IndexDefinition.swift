public import Postgres

/// An index of a table, or a constraint that lives by one: everything it takes to make it again as it was.
public struct IndexDefinition: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable {
    case index, primaryKey, unique, exclusion
    /// Of the table to itself: it holds on to the index of the key.
    case foreignKey
  }

  public var kind: Kind
  public var name: String
  /// `CREATE INDEX …`; for an exclusion constraint and a foreign key what follows `ADD CONSTRAINT name`.
  public var definition: String
  /// `DEFERRABLE INITIALLY …`
  public var deferral: String?
  public var comment: String?
  public var constraintComment: String?
  /// nil: the database's own.
  public var tablespace: String?
  public var isReplicaIdentity = false
  public var isClustered = false
  /// `column target` of the index's expressions, with commas between them.
  public var statistics: String?

  /// All of a table that are complete; keys first, foreign keys last.
  ///
  /// The session's `search_path` decides which names are qualified: pin it, here and where they are made again.
  public static func all(of table: UInt32, on connection: Connection) throws(PostgresError) -> [IndexDefinition] {
    try connection.query(catalogue, parameters: [String(table)]).rows.compactMap { IndexDefinition($0) }
  }

  /// From the columns of `catalogue`, which are those of `sluice.rebuilds` as well.
  init?(_ row: [String?]) {
    guard let kind = row[0].flatMap(Kind.init), let name = row[1], let definition = row[2] else { return nil }
    self.kind = kind
    self.name = name
    self.definition = definition
    deferral = row[3]
    comment = row[4]
    constraintComment = row[5]
    tablespace = row[6]
    isReplicaIdentity = row[7] == "t"
    isClustered = row[8] == "t"
    statistics = row[9]
  }

  var values: [String?] {
    [
      kind.rawValue, name, definition, deferral, comment, constraintComment, tablespace,
      String(isReplicaIdentity), String(isClustered), statistics,
    ]
  }

  private static let catalogue: SQL = """
    SELECT CASE f.contype WHEN 'p' THEN 'primaryKey' WHEN 'u' THEN 'unique' WHEN 'x' THEN 'exclusion' ELSE 'index' END,
      c.relname, CASE WHEN f.contype = 'x' THEN pg_get_constraintdef(f.oid) ELSE pg_get_indexdef(c.oid) END,
      CASE WHEN f.condeferrable THEN 'DEFERRABLE INITIALLY '
        || CASE WHEN f.condeferred THEN 'DEFERRED' ELSE 'IMMEDIATE' END END,
      obj_description(c.oid, 'pg_class'), obj_description(f.oid, 'pg_constraint'), s.spcname, i.indisreplident,
      i.indisclustered, (SELECT string_agg(a.attnum || ' ' || a.attstattarget, ',' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      LEFT JOIN pg_constraint f ON f.conindid = c.oid AND f.conrelid = i.indrelid AND f.contype IN ('p', 'u', 'x')
      LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
    WHERE i.indrelid = $1::oid AND i.indisvalid AND i.indislive
    UNION ALL
    SELECT 'foreignKey', f.conname, pg_get_constraintdef(f.oid), NULL, NULL, obj_description(f.oid, 'pg_constraint'), NULL,
      false, false, NULL
    FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = $1::oid AND f.confrelid = f.conrelid
    ORDER BY 1 DESC, 2
    """
}
