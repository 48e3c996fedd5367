internal import Postgres

/// How a row of the staging table finds its row in the target: by the equality of the unique index over the key, which is
/// not always the `=` that a search path finds (citext).
struct KeyMatch {
  private let parts: [(column: Identifier, equality: SQL)]

  /// - Parameter key: names of columns.
  /// - Throws: `LoadError` where no unique index lies over exactly the key's columns.
  init(_ key: [String], in target: TableDescription, on connection: Connection) throws {
    let rows = try connection.query(Self.equalities, parameters: [String(target.oid)]).rows
    let indexes = Dictionary(grouping: rows) { $0[0] }.values
    guard let index = indexes.first(where: { Set($0.compactMap { $0[1] }) == Set(key) }) else {
      throw LoadError(
        .schema, "no unique index lies over exactly the key (\(key.joined(separator: ", ")))",
        place: target.table.description, remedy: "make the key the primary key, or a unique constraint")
    }
    parts = try index.map { row in
      (
        try Identifier(row[1] ?? ""),
        "OPERATOR(\(try Identifier(row[2] ?? "")).\(unsafe: row[3] ?? "="))"
      )
    }
  }

  /// `t.key = s.key`
  func sql(_ left: SQL, _ right: SQL) -> SQL {
    parts.map { "\(left).\($0.column) \($0.equality) \(right).\($0.column)" as SQL }.joined(separator: " AND ")
  }

  /// Per column of each complete unique index: the operator that the index calls equal.
  private static let equalities: SQL = """
    SELECT i.indexrelid, a.attname, n.nspname, o.oprname
    FROM pg_index i
      CROSS JOIN LATERAL generate_series(0, i.indnkeyatts - 1) AS k(place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.place]
      JOIN pg_opclass c ON c.oid = i.indclass[k.place]
      JOIN pg_amop m ON m.amopfamily = c.opcfamily AND m.amopstrategy = 3
        AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
      JOIN pg_operator o ON o.oid = m.amopopr
      JOIN pg_namespace n ON n.oid = o.oprnamespace
    WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
    ORDER BY i.indisprimary DESC, i.indexrelid, k.place
    """
}
