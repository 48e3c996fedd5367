public import PipelineSpec
public import Postgres

/// A table that Sluice made (`create: true`), by the ledger, which others do not write: what it was then, so that it can be told
/// whether anybody has changed it since, or made anything that goes with it.
public enum MadeTable {
  /// Notes that the table was made a moment ago.
  static func note(_ table: TableDescription, on connection: Connection) throws(PostgresError) {
    try connection.execute(
      "UPDATE sluice.targets SET made_as = \(state(of: 2)) WHERE target = $1",
      parameters: [table.table.description, String(table.oid)])
  }

  /// Makes the table again where the pipeline's columns are others than its own: where Sluice made it, nobody has changed it, and
  /// it has no rows. Belongs into the transaction that prepares the table.
  /// - Returns: the table as it is then; nil where it was left as it is.
  public static func makeAgain(
    _ table: TableDescription, for spec: TableSpec, _ patience: LockPatience, on connection: Connection
  ) throws -> TableDescription? {
    guard try isToBeMadeAgain(table, for: spec, on: connection) else { return nil }
    try patience.take("LOCK TABLE \(table.table) IN ACCESS EXCLUSIVE MODE", on: table.table, connection)
    // From here on nobody changes it.
    guard let held = try connection.describe(table.table), try isToBeMadeAgain(held, for: spec, on: connection)
    else {
      return nil
    }
    try connection.execute("DROP TABLE \(table.table)")
    return try TargetTable.describe(spec, on: connection, creating: .noted)
  }

  /// Whether `makeAgain` would make it.
  public static func isToBeMadeAgain(
    _ table: TableDescription, for spec: TableSpec, on connection: Connection
  ) throws -> Bool {
    guard spec.destination.create, isMisfit(table, spec), try Ledger.exists(on: connection) else { return false }
    // An earlier version of the ledger has no such column.
    let isAsMade = try connection.query(
      """
      SELECT to_jsonb(t) ->> 'made_as' = \(state(of: 2)) AND $3 = current_user
      FROM sluice.targets t WHERE target = $1
      """, parameters: [table.table.description, String(table.oid), table.owner]
    ).scalar
    guard isAsMade == "t" else { return false }
    return try connection.query("SELECT NOT EXISTS (SELECT FROM \(table.table))").scalar == "t"
  }

  private static func isMisfit(_ table: TableDescription, _ spec: TableSpec) -> Bool {
    do {
      _ = try TableCheck.layout(of: spec, in: table, for: .loading(allowsUnlogged: true))
      return false
    } catch {
      return error.kind == .schema
    }
  }

  /// Everything about the table of the given parameter (an oid) that goes with it when it is dropped: its columns, and whatever
  /// depends on it or on its row type: indexes, defaults, triggers, policies, views, foreign keys, publications.
  private static func state(of parameter: Int) -> SQL {
    """
    (SELECT concat_ws(' ', c.oid, c.relowner, c.relkind, c.relpersistence, c.relacl, c.reloptions, c.reltablespace,
        c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
        (SELECT string_agg(concat_ws(' ', attnum, quote_ident(attname), atttypid, atttypmod, attcollation, attnotnull,
            atthasdef, attidentity, attgenerated, attisdropped, attstorage, attacl, attoptions), ',' ORDER BY attnum)
          FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0),
        (SELECT string_agg(concat_ws(' ', classid::oid, refobjsubid, deptype), ',' ORDER BY classid, refobjsubid, deptype)
          FROM pg_depend WHERE refclassid = 'pg_class'::regclass AND refobjid = c.oid
            OR refclassid = 'pg_type'::regclass AND refobjid = c.reltype),
        (SELECT string_agg(concat_ws(' ', objsubid, quote_literal(description)), ',' ORDER BY objsubid)
          FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid = c.oid))
      FROM pg_class c WHERE c.oid = $\(parameter)::oid)
    """
  }
}
