internal import Postgres

/// Which rights a role needs on the ledger.
extension Ledger {
  /// - Throws: `load.grants` with every GRANT that this role lacks.
  static func checkGrants(for use: Use, on connection: Connection) throws {
    let (schema, tables) =
      switch use {
      case .reading: ("{USAGE}", "{SELECT}")
      case .loading(stages: false): ("{USAGE}", "{SELECT,INSERT,UPDATE,DELETE}")
      case .loading(stages: true): ("{USAGE,CREATE}", "{SELECT,INSERT,UPDATE,DELETE}")
      }
    let names = "{\(LedgerVersion.tableNames.joined(separator: ","))}"
    let grants = try connection.query(
      """
      SELECT format('GRANT %s ON SCHEMA sluice TO %I', string_agg(p, ', '), current_user)
      FROM pg_catalog.pg_namespace n, unnest($1::text[]) p
      WHERE nspname = 'sluice' AND NOT has_schema_privilege(n.oid, p) HAVING count(*) > 0
      UNION ALL
      SELECT format('GRANT %s ON %s TO %I', rights, string_agg(name, ', ' ORDER BY name), current_user) FROM (
        SELECT 'sluice.' || c.relname AS name, string_agg(p, ', ' ORDER BY place) AS rights
        FROM pg_catalog.pg_class c, unnest($2::text[]) WITH ORDINALITY AS needed(p, place)
        WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'sluice')
          AND c.relname = ANY ($3::text[]) AND (c.relname <> 'version' OR p = 'SELECT')
          AND NOT has_table_privilege(c.oid, p)
        GROUP BY c.relname
      ) AS lacking GROUP BY rights
      """, parameters: [schema, tables, names]
    ).rows.compactMap { $0[0] }
    guard grants.isEmpty else { throw lacking(grants, on: connection) }
  }

  /// - Throws: `load.grants` where this role may not make or migrate the ledger.
  static func checkMayMake(_ catalogue: LedgerCatalogue, on connection: Connection) throws {
    if catalogue.owner == nil {
      let row = try connection.query(
        "SELECT has_database_privilege(current_database(), 'CREATE'), quote_ident(current_user)"
      ).rows.first
      guard row?[0] == "t" else {
        throw lacking(["CREATE SCHEMA sluice AUTHORIZATION \(row?[1] ?? "")"], on: connection)
      }
    } else if try actingOwner(catalogue, on: connection) == nil {
      if let owner = catalogue.tableOwner {
        throw LoadError(
          .grants, "the ledger is of an earlier version, and only its owner, role \(owner), can bring it up to date",
          place: connection.place, remedy: "let \(owner) load something once with this version of sluice")
      }
      try checkGrants(for: .loading(stages: true), on: connection)
    }
  }

  /// The owner that this role can act as; nil where it is nobody's yet, or another's.
  static func actingOwner(_ catalogue: LedgerCatalogue, on connection: Connection) throws -> Identifier? {
    guard let owner = catalogue.tableOwner ?? catalogue.owner else { return nil }
    let isMember = try connection.query("SELECT pg_has_role($1::name, 'MEMBER')", parameters: [owner]).scalar
    return isMember == "t" ? try Identifier(owner) : nil
  }

  private static func lacking(_ commands: [String], on connection: Connection) -> LoadError {
    LoadError(
      .grants, "this role lacks rights on the ledger", place: connection.place,
      remedy: "let the owner of the schema or a superuser run: " + commands.joined(separator: "; "))
  }
}
