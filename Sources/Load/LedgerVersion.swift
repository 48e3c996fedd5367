internal import Postgres

/// A step in the history of the ledger's tables. One that was released is never changed.
struct LedgerVersion: Sendable {
  let number: Int
  let tables: [LedgerTable]
  /// What the step does beside making its tables.
  var changes: SQL = ""
  /// What the catalogue shows of the changes, and what it shows no more.
  var changedParts: [String] = []
  var droppedParts: [String] = []
  /// The table whose readers and writers may read and write the new tables too.
  var rightsOf: String?

  /// All steps, from the first to the one that this program uses.
  static let all = [tables, authors, origins, makers, sliceTables]

  static var newest: Int { all.last?.number ?? 0 }

  static let tableNames = all.flatMap(\.tables).map(\.name)

  /// Everything that the catalogue shows of a ledger of that version.
  static func parts(upTo number: Int) -> Set<String> {
    all.filter { $0.number <= number }.reduce(into: []) { parts, step in
      parts.formUnion(step.tables.flatMap(\.parts) + step.changedParts)
      parts.subtract(step.droppedParts)
    }
  }

  /// Brings a ledger from `number` to the newest version; belongs into a transaction.
  static func migrate(from number: Int, on connection: Connection) throws(PostgresError) {
    for step in all where step.number > number {
      for table in step.tables { try connection.execute(table.creation) }
      if !step.changes.text.isEmpty { try connection.executeScript(step.changes) }
      try keepTriggersOff(step.tables, on: connection)
      if let table = step.rightsOf { try giveRights(of: table, on: step.tables, connection) }
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
    let given = try rights("{TRIGGER}", on: tables.map(\.name), connection)
    for (table, right, role) in given {
      try connection.execute("REVOKE \(unsafe: right) ON sluice.\(unsafe: table) FROM \(unsafe: role)")
    }
  }

  /// Whoever could load or read with the version before, can with this one.
  private static func giveRights(
    of table: String, on tables: [LedgerTable], _ connection: Connection
  ) throws(PostgresError) {
    for (_, right, role) in try rights("{SELECT,INSERT,UPDATE,DELETE}", on: [table], connection) {
      for new in tables {
        try connection.execute("GRANT \(unsafe: right) ON sluice.\(unsafe: new.name) TO \(unsafe: role)")
      }
    }
  }

  /// Those of the given rights that roles other than the owner have; the role as SQL writes it.
  private static func rights(
    _ names: String, on tables: [String], _ connection: Connection
  ) throws(PostgresError) -> [(table: String, right: String, role: String)] {
    try connection.query(
      """
      SELECT relname, privilege_type, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
      FROM pg_catalog.pg_class CROSS JOIN LATERAL aclexplode(relacl)
      WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'sluice') AND relname = ANY ($1::text[])
        AND privilege_type = ANY ($2::text[]) AND grantee <> relowner
      """, parameters: ["{\(tables.joined(separator: ","))}", names]
    ).rows.compactMap { row in
      guard let table = row[0], let right = row[1], let role = row[2] else { return nil }
      return (table, right, role)
    }
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

  /// A record has rows in one table or more. `slices` counts records, its rows are counted by table: `child` is empty for the
  /// dataset's own table.
  private static let sliceTables = LedgerVersion(
    number: 8,
    tables: [
      LedgerTable(
        "slice_tables", constraints: ["PRIMARY KEY (run, dataset, slice, child)"],
        [
          "run text NOT NULL", "dataset text NOT NULL", "slice integer NOT NULL", "child text NOT NULL",
          "rows bigint NOT NULL", "digest text NOT NULL",
        ])
    ],
    // Slices of a run that is loading with an earlier version are waited for, and it can commit no more.
    changes: """
      LOCK TABLE sluice.slices IN ACCESS EXCLUSIVE MODE;
      INSERT INTO sluice.slice_tables (run, dataset, slice, child, rows, digest)
        SELECT run, dataset, slice, '', loaded, digest FROM sluice.slices;
      ALTER TABLE sluice.slices DROP COLUMN digest
      """,
    droppedParts: ["slices.digest: text NOT NULL"], rightsOf: "slices")
}
