/// What has to be known of a server and a database before anything is loaded.
public struct ServerFacts: Sendable, Hashable {
  /// `15.18 (Debian 15.18-0+deb12u1)`
  public var version: String
  /// `150018`
  public var versionNumber: Int
  public var database: String
  public var user: String
  /// UTF8, or the database cannot hold every text.
  public var encoding: String
  /// A standby: nothing can be written.
  public var isInRecovery: Bool
  public var isReadOnlyByDefault: Bool
  /// `session_replication_role` is `replica`: foreign keys and ordinary triggers are off in our sessions.
  public var isReplicationRole: Bool
  /// The cluster's identity, which survives restarts and is another one after `initdb`; nil where we may not ask.
  public var systemIdentifier: String?
  /// Schemas can be made in the database.
  public var canCreate: Bool
}

extension Connection {
  public func serverFacts() throws(PostgresError) -> ServerFacts {
    let result = try query(
      """
      SELECT current_setting('server_version'), current_setting('server_version_num'), current_database(),
        current_user, current_setting('server_encoding'), pg_is_in_recovery(),
        current_setting('default_transaction_read_only')::bool,
        current_setting('session_replication_role') = 'replica', has_database_privilege(current_database(), 'CREATE'),
        has_function_privilege('pg_control_system()', 'EXECUTE')
      """)
    let cells = Cells(result.rows.first ?? [])
    var facts = ServerFacts(
      version: cells.text(0), versionNumber: cells.integer(1), database: cells.text(2), user: cells.text(3),
      encoding: cells.text(4), isInRecovery: cells.flag(5), isReadOnlyByDefault: cells.flag(6),
      isReplicationRole: cells.flag(7), canCreate: cells.flag(8))
    if cells.flag(9) { facts.systemIdentifier = try query("SELECT system_identifier FROM pg_control_system()").scalar }
    return facts
  }

  /// Up to where a standby has replayed the primary's log: `2026-11-23 05:12:00+00, LSN 0/3000060`, and whether that is
  /// paused; nil on a primary.
  public func replayedUpTo() throws(PostgresError) -> String? {
    try query(
      """
      SELECT CASE WHEN pg_is_in_recovery() THEN
        concat_ws(', ', pg_last_xact_replay_timestamp(), 'LSN ' || pg_last_wal_replay_lsn(),
          CASE WHEN pg_is_wal_replay_paused() THEN 'where replay is paused' END) END
      """
    ).scalar
  }

  /// Whether `schema` is there, and whether we may use it and make tables in it; nil when it is not there.
  public func schemaPrivileges(_ schema: Identifier) throws(PostgresError) -> (usage: Bool, create: Bool)? {
    let result = try query(
      """
      SELECT has_schema_privilege(oid, 'USAGE'), has_schema_privilege(oid, 'CREATE') FROM pg_namespace
      WHERE nspname = $1
      """, parameters: [schema.name])
    return result.rows.first.map { (Cells($0).flag(0), Cells($0).flag(1)) }
  }
}
