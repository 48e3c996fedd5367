internal import Postgres

/// What the server's catalogue shows of the schema `sluice`. Only the catalogue is read: nothing in the schema is looked into
/// or executed, whoever made it.
struct LedgerCatalogue: Sendable {
  /// nil: there is no such schema.
  var owner: String?
  /// The role that owns the tables; nil: there are none.
  var tableOwner: String?
  /// What makes roles dangerous that this one does not trust: `mallory owns runs`.
  var strangers: [String] = []
  /// Every part of the ledger's tables: `runs: table`, `runs.run: text NOT NULL`, `runs: trigger x`.
  var parts: Set<String> = []
  /// Objects of other names.
  var others: [String] = []
  /// Whether this role may read the table that holds the version.
  var mayReadVersion = false

  /// - Parameter connection: with its output pinned, as that says how the catalogue prints names.
  init(on connection: Connection) throws(PostgresError) {
    let names = "{\(LedgerVersion.tableNames.joined(separator: ","))}"
    for row in try connection.query(Self.question, parameters: [names]).rows {
      guard let kind = row[0], let text = row[1] else { continue }
      switch kind {
      case "owner": owner = text
      case "table owner": tableOwner = text
      case "stranger": strangers.append(text)
      case "version": mayReadVersion = text == "true"
      case "part": parts.insert(text)
      default: others.append(text)
      }
    }
  }

  /// Trusted are this role, those that it is a member of and can act as, and superusers. Of a superuser `pg_has_role` says that
  /// it is a member of all, so memberships are followed by hand; they have options from version 16 on.
  private static let question: SQL = """
    WITH RECURSIVE mine(oid) AS (
      SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user
      UNION
      SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN mine ON mine.oid = m.member
      WHERE coalesce((to_jsonb(m) ->> 'inherit_option')::bool OR (to_jsonb(m) ->> 'set_option')::bool, true)
    ), trusted(oid) AS (
      SELECT oid FROM mine UNION SELECT oid FROM pg_catalog.pg_roles WHERE rolsuper
    ), space AS (
      SELECT oid, nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'sluice'
    ), tables AS (
      SELECT c.* FROM pg_catalog.pg_class c JOIN space ON space.oid = c.relnamespace WHERE c.relname = ANY ($1::text[])
    )
    SELECT 'owner', pg_get_userbyid(nspowner)::text FROM space
    UNION ALL
    SELECT 'table owner', pg_get_userbyid(relowner)::text FROM tables WHERE relname = 'runs'
    UNION ALL
    SELECT 'version', (has_schema_privilege(space.oid, 'USAGE') AND has_table_privilege(tables.oid, 'SELECT'))::text
    FROM space, tables WHERE relname = 'version'
    UNION ALL
    SELECT 'stranger', pg_get_userbyid(role) || ' owns ' || string_agg(name, ', ' ORDER BY name)
    FROM (SELECT nspowner, 'the schema' FROM space UNION ALL SELECT relowner, relname FROM tables) AS owned(role, name)
    WHERE role NOT IN (SELECT oid FROM trusted) GROUP BY role
    UNION ALL
    SELECT 'stranger', coalesce(pg_get_userbyid(nullif(a.grantee, 0)), 'every role') || ' may put triggers on '
      || string_agg(relname, ', ' ORDER BY relname)
    FROM tables CROSS JOIN LATERAL aclexplode(relacl) a
    WHERE a.privilege_type = 'TRIGGER' AND a.grantee NOT IN (SELECT oid FROM trusted) GROUP BY a.grantee
    UNION ALL
    SELECT 'other', c.relname FROM pg_catalog.pg_class c JOIN space ON space.oid = c.relnamespace
    WHERE c.relkind NOT IN ('i', 'I', 't') AND c.relname NOT LIKE 'staging\\_%' AND c.oid NOT IN (SELECT oid FROM tables)
    UNION ALL
    SELECT 'other', p.proname FROM pg_catalog.pg_proc p JOIN space ON space.oid = p.pronamespace
    UNION ALL
    SELECT 'part', relname || ': '
      || CASE relpersistence WHEN 'p' THEN '' WHEN 'u' THEN 'unlogged ' ELSE 'temporary ' END
      || CASE relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table' ELSE 'relation of kind ' || relkind::text END
    FROM tables
    UNION ALL
    SELECT 'part', relname || ': row security' || CASE WHEN relforcerowsecurity THEN ', forced' ELSE '' END FROM tables
    WHERE relrowsecurity OR relforcerowsecurity
    UNION ALL
    SELECT 'part', relname || '.' || attname || ': ' || format_type(atttypid, atttypmod)
      || CASE WHEN attcollation <> typcollation THEN ' COLLATE ' || attcollation::regcollation ELSE '' END
      || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
      || CASE WHEN attidentity <> '' THEN ' GENERATED AS IDENTITY' WHEN attgenerated <> '' THEN ' GENERATED' ELSE '' END
      || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '')
    FROM tables JOIN pg_catalog.pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
      JOIN pg_catalog.pg_type y ON y.oid = atttypid
      LEFT JOIN pg_catalog.pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL
    SELECT 'part', relname || ': ' || pg_get_constraintdef(f.oid)
    FROM tables JOIN pg_catalog.pg_constraint f ON conrelid = tables.oid WHERE contype NOT IN ('n', 't')
    UNION ALL
    SELECT 'part', relname || ': ' || pg_get_indexdef(indexrelid)
    FROM tables JOIN pg_catalog.pg_index ON indrelid = tables.oid
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
    UNION ALL
    SELECT 'part', relname || ': trigger ' || coalesce(conname, tgname)
    FROM tables JOIN pg_catalog.pg_trigger ON tgrelid = tables.oid
      LEFT JOIN pg_catalog.pg_constraint f ON f.oid = tgconstraint
    UNION ALL
    SELECT 'part', relname || ': rule ' || rulename FROM tables JOIN pg_catalog.pg_rewrite ON ev_class = tables.oid
    UNION ALL
    SELECT 'part', relname || ': policy' || CASE WHEN polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
      || ' FOR ' || polcmd::text || ' TO ' || array_to_string(polroles, ',')
      || coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '')
      || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '')
    FROM tables JOIN pg_catalog.pg_policy ON polrelid = tables.oid
    UNION ALL
    SELECT 'part', relname || ': child ' || inhrelid::regclass
    FROM tables JOIN pg_catalog.pg_inherits ON inhparent = tables.oid
    UNION ALL
    SELECT 'part', relname || ': parent ' || inhparent::regclass
    FROM tables JOIN pg_catalog.pg_inherits ON inhrelid = tables.oid
    """
}
