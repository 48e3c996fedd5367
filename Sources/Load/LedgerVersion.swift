internal import Postgres

/// A step in the history of the ledger's tables. Steps only add, and one that was released is never changed.
struct LedgerVersion: Sendable {
  let number: Int
  let tables: [LedgerTable]
  /// What the step does beside making its tables.
  var changes: SQL = ""
  /// What the catalogue shows of the changes.
  var changedParts: [String] = []

  /// All steps, from the first to the one that this program uses.
  static let all = [tables, authors, origins, makers]

  static var newest: Int { all.last?.number ?? 0 }

  static let tableNames = all.flatMap(\.tables).map(\.name)

  /// Everything that the catalogue shows of a ledger of that version.
  static func parts(upTo number: Int) -> Set<String> {
    Set(all.filter { $0.number <= number }.flatMap { $0.tables.flatMap(\.parts) + $0.changedParts })
  }

  /// Brings a ledger from `number` to the newest version; belongs into a transaction.
  static func migrate(from number: Int, on connection: Connection) throws(PostgresError) {
    for step in all where step.number > number {
      for table in step.tables { try connection.execute(table.creation) }
      if !step.changes.text.isEmpty { try connection.executeScript(step.changes) }
      try keepTriggersOff(step.tables, on: connection)
    }
    try connection.execute(
      """
      INSERT INTO sluice.version (version) VALUES (\(newest))
      ON CONFLICT (one) DO UPDATE SET version = excluded.version, updated_at = clock_timestamp()
      """)
  }

  /// Takes back what default privileges gave: whoever may put a trigger on a table acts with the rights of those who write
  /// to it.
  private static func keepTriggersOff(_ tables: [LedgerTable], on connection: Connection) throws(PostgresError) {
    let commands = try connection.query(
      """
      SELECT format('REVOKE TRIGGER ON sluice.%I FROM %s', relname,
        CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
      FROM pg_catalog.pg_class CROSS JOIN LATERAL aclexplode(relacl)
      WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'sluice') AND relname = ANY ($1::text[])
        AND privilege_type = 'TRIGGER' AND grantee <> relowner
      """, parameters: ["{\(tables.map(\.name).joined(separator: ","))}"])
    for command in commands.rows.compactMap({ $0[0] }) { try connection.execute(SQL(unsafe: command)) }
  }

  /// Versions before it were never released.
  private static let tables = LedgerVersion(
    number: 4,
    tables: [
      LedgerTable(
        "runs", constraints: ["PRIMARY KEY (run, dataset)"],
        [
          "run text NOT NULL", "dataset text NOT NULL", "pipeline text NOT NULL", "target text NOT NULL",
          "mode text NOT NULL", "plan text NOT NULL", "instant timestamp with time zone NOT NULL",
          "slice_bytes bigint NOT NULL", "started_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()",
          "before_rows bigint", "before_digest text", "finished_at timestamp with time zone", "outcome text",
          "source_bytes bigint", "source_sha256 text", "target_oid oid", "report text", "replays text",
          "published_at timestamp with time zone", "inserted bigint", "updated bigint", "unchanged bigint",
          "deleted bigint", "repeated bigint", "expected_rows bigint", "expected_digest text", "is_proved boolean",
        ]),
      LedgerTable(
        "slices", constraints: ["PRIMARY KEY (run, dataset, slice)"],
        [
          "run text NOT NULL", "dataset text NOT NULL", "slice integer NOT NULL", "byte_from bigint NOT NULL",
          "byte_to bigint NOT NULL", "read bigint NOT NULL", "loaded bigint NOT NULL", "rejected bigint NOT NULL",
          "filtered bigint NOT NULL", "digest text NOT NULL", "refused bigint[] NOT NULL DEFAULT '{}'::bigint[]",
          "refused_codes text[] NOT NULL DEFAULT '{}'::text[]", "refused_reasons text[] NOT NULL DEFAULT '{}'::text[]",
          "committed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()",
        ]),
      LedgerTable(
        "targets", constraints: ["PRIMARY KEY (target)"],
        [
          "target text NOT NULL", "epoch bigint NOT NULL", "run text NOT NULL",
          "taken_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()",
        ]),
      LedgerTable(
        "superseded", constraints: ["PRIMARY KEY (run, dataset, ordinal)"],
        ["run text NOT NULL", "dataset text NOT NULL", "ordinal bigint NOT NULL"]),
      LedgerTable(
        "rebuilds", constraints: ["PRIMARY KEY (run, dataset, place)"],
        [
          "run text NOT NULL", "dataset text NOT NULL", "place integer NOT NULL", "target text NOT NULL",
          "kind text NOT NULL", "name text NOT NULL", "definition text NOT NULL", "deferral text", "comment text",
          "constraint_comment text", "tablespace text", "is_replica_identity boolean NOT NULL",
          "is_clustered boolean NOT NULL", "statistics text", "rebuilt_at timestamp with time zone",
        ]),
    ])

  /// The version has a row of its own, as a comment on the schema is anybody's and is lost by `pg_dump --no-comments`. Each
  /// definition of an index names the role that wrote it, and the server sees to it that the name is true: its text is
  /// executed.
  ///
  /// The policy is not forced upon the owner, who could take it away, and whose `pg_dump` it would break.
  private static let authors = LedgerVersion(
    number: 5,
    tables: [
      LedgerTable(
        "version", constraints: ["PRIMARY KEY (one)", "CHECK (one)"],
        [
          "one boolean NOT NULL DEFAULT true", "version integer NOT NULL",
          "updated_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()",
        ])
    ],
    changes: """
      GRANT SELECT ON sluice.version TO PUBLIC;
      ALTER TABLE sluice.rebuilds ADD COLUMN written_by name;
      ALTER TABLE sluice.rebuilds ALTER COLUMN written_by SET DEFAULT current_user;
      ALTER TABLE sluice.rebuilds ENABLE ROW LEVEL SECURITY;
      CREATE POLICY by_their_writer ON sluice.rebuilds USING (true) WITH CHECK (written_by = current_user)
      """,
    changedParts: [
      "rebuilds.written_by: name DEFAULT CURRENT_USER", "rebuilds: row security",
      "rebuilds: policy FOR * TO 0 USING (true) WITH CHECK ((written_by = CURRENT_USER))",
    ])

  /// What a slice came from, and which transactions wrote its rows into the table.
  private static let origins = LedgerVersion(
    number: 6, tables: [],
    changes: "ALTER TABLE sluice.slices ADD COLUMN source_sha256 text, ADD COLUMN xids xid8[]",
    changedParts: ["slices.source_sha256: text", "slices.xids: xid8[]"])

  /// What a table was when Sluice made it (`MadeTable`): only such a table may be made again.
  private static let makers = LedgerVersion(
    number: 7, tables: [], changes: "ALTER TABLE sluice.targets ADD COLUMN made_as text",
    changedParts: ["targets.made_as: text"])
}
