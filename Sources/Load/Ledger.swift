public import Postgres

/// `sluice.runs` and `sluice.slices` in the target database: what was committed, written in the transaction that
/// committed it. Nothing is ever skipped because of anything else.
public enum Ledger {
  /// Creates schema and tables when they are missing; two runs may do so at once.
  public static func create(_ connection: Connection) throws {
    if try exists(on: connection) { return }
    try connection.transaction {
      try connection.execute("SELECT pg_advisory_xact_lock(hashtext('sluice.ledger'))")
      try connection.executeScript(tables)
      try createPublishing(connection)
      try createRebuilds(connection)
      try connection.execute("COMMENT ON SCHEMA sluice IS \(literal: version)")
    }
  }

  /// Whether there is a ledger in the database, and of this version.
  public static func exists(on connection: Connection) throws(PostgresError) -> Bool {
    try connection.query("SELECT obj_description(to_regnamespace('sluice'), 'pg_namespace')").scalar == version
  }

  /// To be changed with the tables.
  private static let version = "ledger of sluice, version 4"

  private static let tables: SQL =
    """
    CREATE SCHEMA IF NOT EXISTS sluice;
    CREATE TABLE IF NOT EXISTS sluice.runs (
      run text NOT NULL,
      dataset text NOT NULL,
      pipeline text NOT NULL,
      target text NOT NULL,
      mode text NOT NULL,
      plan text NOT NULL,
      instant timestamptz NOT NULL,
      slice_bytes bigint NOT NULL,
      started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      before_rows bigint,
      before_digest text,
      finished_at timestamptz,
      outcome text,
      source_bytes bigint,
      source_sha256 text,
      PRIMARY KEY (run, dataset)
    );
    ALTER TABLE sluice.runs ADD COLUMN IF NOT EXISTS target_oid oid, ADD COLUMN IF NOT EXISTS report text,
      ADD COLUMN IF NOT EXISTS replays text;
    CREATE TABLE IF NOT EXISTS sluice.slices (
      run text NOT NULL,
      dataset text NOT NULL,
      slice integer NOT NULL,
      byte_from bigint NOT NULL,
      byte_to bigint NOT NULL,
      read bigint NOT NULL,
      loaded bigint NOT NULL,
      rejected bigint NOT NULL,
      filtered bigint NOT NULL,
      digest text NOT NULL,
      refused bigint[] NOT NULL DEFAULT '{}',
      committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (run, dataset, slice)
    );
    ALTER TABLE sluice.slices ADD COLUMN IF NOT EXISTS refused_codes text[] NOT NULL DEFAULT '{}',
      ADD COLUMN IF NOT EXISTS refused_reasons text[] NOT NULL DEFAULT '{}';
    CREATE TABLE IF NOT EXISTS sluice.targets (
      target text PRIMARY KEY,
      epoch bigint NOT NULL,
      run text NOT NULL,
      taken_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """
}
