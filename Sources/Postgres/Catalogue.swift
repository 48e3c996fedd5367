/// The questions put to the catalogue; `describe` reads the answers by place.
enum Catalogue {
  static let relation: SQL = """
    SELECT c.oid, c.relkind,
      CASE WHEN EXISTS (SELECT FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid
        WHERE p.relpersistence = 'u') THEN 'u' ELSE c.relpersistence END,
      row_security_active(c.oid), pg_get_userbyid(c.relowner),
      coalesce((SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(c.oid)), pg_relation_size(c.oid), 0)::int8
        / current_setting('block_size')::int8,
      CASE WHEN c.reltuples < 0 OR c.relpages = 0 THEN -1 ELSE c.reltuples END::int8,
      has_table_privilege(c.oid, 'SELECT'), has_any_column_privilege(c.oid, 'INSERT'),
      has_any_column_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE'),
      has_table_privilege(c.oid, 'TRUNCATE'), has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'),
      has_schema_privilege(n.oid, 'USAGE'), has_column_privilege(c.oid, -2::int2, 'SELECT')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    """

  /// A chain leads from each column's type through domains, an array, and domains of its elements to the type that is
  /// encoded; the last link counts. A modifier stands on the column or on the domain that has one.
  static let columns: SQL = """
    WITH RECURSIVE chain AS (
      SELECT a.attnum, 0 AS depth, a.atttypid AS type, a.atttypmod AS modifier, 0::oid AS element, false AS notnull
      FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL
      SELECT chain.attnum, chain.depth + 1,
        CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END,
        CASE WHEN t.typtype = 'd' AND t.typtypmod >= 0 THEN t.typtypmod ELSE chain.modifier END,
        CASE WHEN t.typtype = 'd' THEN chain.element ELSE t.typelem END,
        chain.notnull OR (t.typtype = 'd' AND chain.element = 0 AND t.typnotnull)
      FROM chain JOIN pg_type t ON t.oid = chain.type
      WHERE t.typtype = 'd'
        OR (chain.element = 0 AND EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid))
    ), base AS (SELECT DISTINCT ON (attnum) * FROM chain ORDER BY attnum, depth DESC)
    SELECT a.attname, a.attnum, a.atttypid, format_type(a.atttypid, a.atttypmod), base.type, t.typname, base.modifier,
      t.typtype, base.element, own.typtype = 'd', a.attnotnull OR base.notnull,
      (a.atthasdef AND a.attgenerated = '') OR own.typdefault IS NOT NULL, a.attgenerated, a.attidentity,
      has_column_privilege(a.attrelid, a.attnum, 'SELECT'), has_column_privilege(a.attrelid, a.attnum, 'INSERT'),
      has_column_privilege(a.attrelid, a.attnum, 'UPDATE'),
      NOT EXISTS (SELECT FROM pg_attrdef d JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
          JOIN pg_class s ON p.refclassid = 'pg_class'::regclass AND s.oid = p.refobjid
        WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
          AND CASE s.relkind WHEN 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE, UPDATE') ELSE false END)
    FROM base
      JOIN pg_attribute a ON a.attrelid = $1::oid AND a.attnum = base.attnum
      JOIN pg_type own ON own.oid = a.atttypid
      JOIN pg_type t ON t.oid = base.type
    ORDER BY a.attnum
    """

  /// Of every enum in the database that a column could lead to: there are few.
  static let enumLabels: SQL = """
    SELECT e.enumtypid, e.enumlabel FROM pg_enum e
    WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.atttypid >= 16384)
    ORDER BY e.enumtypid, e.enumsortorder
    """

  static let indexes: SQL = """
    SELECT c.relname, a.attname, i.indisprimary, i.indisunique, i.indpred IS NOT NULL, i.indisvalid,
      pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      CROSS JOIN LATERAL generate_series(0, i.indnkeyatts - 1) AS k(place)
      LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.place] AND i.indkey[k.place] <> 0
    WHERE i.indrelid = $1::oid AND i.indislive
    ORDER BY i.indisprimary DESC, c.relname, k.place
    """

  static let triggers: SQL = """
    SELECT tgname, tgtype FROM pg_trigger
    WHERE tgrelid = $1::oid AND NOT tgisinternal AND tgenabled IN ('O', 'A') ORDER BY tgname
    """

  static let rules: SQL = """
    SELECT rulename FROM pg_rewrite WHERE ev_class = $1::oid AND ev_type <> '1' ORDER BY rulename
    """

  static let referencedBy: SQL = """
    SELECT DISTINCT n.nspname || '.' || c.relname
    FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE f.contype = 'f' AND f.confrelid = $1::oid AND f.conrelid <> $1::oid ORDER BY 1
    """

  /// Partitions and tables that inherit, at any depth; of partitions those only that are foreign tables.
  static let descendants: SQL = """
    WITH RECURSIVE tree(oid) AS (
      SELECT inhrelid FROM pg_inherits WHERE inhparent = $1::oid
      UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON tree.oid = i.inhparent
    )
    SELECT n.nspname || '.' || c.relname, c.relkind = 'f'
    FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'f' OR NOT c.relispartition ORDER BY 1
    """

  /// Tables whose rows can be neither updated nor deleted: the table or partitions of it that are published for that, and
  /// have nothing that tells a subscriber which row is meant.
  /// - Parameter hasSchemas: whether this server's publications can name schemas.
  static func unidentified(hasSchemas: Bool) -> SQL {
    let ofSchema: SQL =
      hasSchemas
      ? """
       OR EXISTS (SELECT FROM pg_publication_namespace x JOIN pg_class k ON k.relnamespace = x.pnnspid
        WHERE x.pnpubid = p.oid AND k.oid = ANY (above.relids))
      """ : ""
    return """
      WITH leaves AS (
        SELECT c.* FROM pg_class c
        WHERE c.relkind = 'r' AND c.relpersistence = 'p'
          AND (c.oid = $1::oid OR c.oid IN (SELECT relid FROM pg_partition_tree($1::oid)))
      )
      SELECT n.nspname || '.' || c.relname, p.pubname, p.pubupdate, p.pubdelete
      FROM leaves c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
          SELECT p.* FROM pg_publication p,
            LATERAL (SELECT array_agg(relid::oid) || c.oid AS relids FROM pg_partition_ancestors(c.oid)) AS above
          WHERE p.puballtables
            OR EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = ANY (above.relids))\(ofSchema)
        ) AS p
      WHERE (p.pubupdate OR p.pubdelete) AND c.relreplident <> 'f' AND NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
          AND (c.relreplident = 'd' AND i.indisprimary OR c.relreplident = 'i' AND i.indisreplident))
      ORDER BY 1, 2
      """
  }
}
