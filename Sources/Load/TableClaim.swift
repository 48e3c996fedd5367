public import Postgres
internal import Records

/// A run's sole right to load into a table.
///
/// An advisory lock of the session that took it says to others that somebody is at work. Should that session end unnoticed,
/// another run may take the table; from then on the epoch, which the transaction of every slice looks at, stops the
/// first one.
public struct TableClaim: Sendable, Hashable, Codable {
  /// `schema.table`
  public let target: String
  public let epoch: Int64

  init(target: String, epoch: Int64) {
    self.target = target
    self.epoch = epoch
  }

  /// Takes the table for as long as the connection lasts. Waits for transactions of an earlier holder that are still
  /// open, as long as `lock_timeout` allows.
  /// - Throws: `load.locked`, at once, when another session has it; its message names the holder.
  public static func take(_ target: String, run: String, on connection: Connection) throws -> TableClaim {
    guard try isLocked(target, on: connection) else { throw try held(target, on: connection) }
    let taken = try connection.query(
      """
      INSERT INTO sluice.targets (target, epoch, run) VALUES ($1, 1, $2)
      ON CONFLICT (target) DO UPDATE SET epoch = targets.epoch + 1, run = excluded.run, taken_at = clock_timestamp()
        WHERE targets.epoch BETWEEN 0 AND $3
      RETURNING epoch
      """, parameters: [target, run, String(CountLimit.largest - 1)]
    ).ledgerRows(of: "targets", "target \(target)")
    guard let row = taken.first else { throw LoadError.damaged("targets", "target \(target)", "epoch is out of range") }
    return TableClaim(target: target, epoch: Int64(try row.count("epoch")))
  }

  /// Gives the table back before the connection ends.
  public func release(on connection: Connection) throws(PostgresError) {
    try connection.query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", parameters: [Self.key(target)])
  }

  /// Takes the lock again after the session that had it was lost.
  /// - Parameter former: the server's process of the lost session, which may not know yet that it is lost.
  /// - Returns: false when that one still has it: ask again in a moment.
  /// - Throws: `load.overtaken` when another run took the table meanwhile.
  public func renew(former: Int32, on connection: Connection) throws -> Bool {
    try check(on: connection)
    if try Self.isLocked(target, on: connection) { return true }
    try connection.query(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid = $1 AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()
      """, parameters: [String(former)])
    return false
  }

  /// - Throws: `load.overtaken` when another run has taken the table.
  public func check(on connection: Connection) throws {
    let row = try connection.query(
      "SELECT epoch, run FROM sluice.targets WHERE target = $1", parameters: [target]
    ).rows.first
    guard row?[0] != String(epoch) else { return }
    throw LoadError(
      .overtaken, "\(row?[1].map { "run \($0)" } ?? "another run") has taken this table over", place: target,
      remedy: "this run cannot be resumed: start a new one")
  }

  /// Who loads into a table at this moment.
  public struct Holder: Sendable, Hashable {
    /// nil where the session is not one of the run that took the table last, as that has ended.
    public var run: String?
    /// Of the server's process.
    public var pid: Int32
    /// As far as this role may know them.
    public var user: String?
    public var client: String?
    /// It waits for its client; nil where this role may not know.
    public var isIdle: Bool?
  }

  /// The session that has the table; nil when nobody has.
  public static func holder(of target: String, on connection: Connection) throws(PostgresError) -> Holder? {
    let rows = try connection.query(
      """
      SELECT l.pid, a.usename, COALESCE(host(a.client_addr), CASE WHEN a.usename IS NOT NULL THEN 'this host' END),
        (SELECT t.run FROM sluice.targets t WHERE t.target = $1
          AND (a.application_name = left('sluice ' || t.run, 63) OR NOT EXISTS (SELECT FROM sluice.runs r
            WHERE r.run = t.run AND r.target = t.target AND r.outcome IS NOT NULL))),
        a.state = 'idle'
      FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid,
        (SELECT hashtextextended($2, 0)) AS k(key)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.classid::bigint = (k.key >> 32) & 4294967295 AND l.objid::bigint = k.key & 4294967295
      """, parameters: [target, key(target)]
    ).rows
    guard let row = rows.first, let pid = row[0].flatMap({ Int32($0) }) else { return nil }
    return Holder(run: row[3], pid: pid, user: row[1], client: row[2], isIdle: row[4].map { $0 == "t" })
  }

  private static func isLocked(_ target: String, on connection: Connection) throws(PostgresError) -> Bool {
    try connection.query("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", parameters: [key(target)]).scalar
      == "t"
  }

  private static func key(_ target: String) -> String { "sluice:" + target }

  private static func held(_ target: String, on connection: Connection) throws(PostgresError) -> LoadError {
    guard let holder = try holder(of: target, on: connection) else {
      return LoadError(.locked, "another session had this table a moment ago", place: target, remedy: "start again")
    }
    var process = "server process \(holder.pid)" + (holder.user.map { ", user \($0)" } ?? "")
    process += holder.client.map { " from \($0)" } ?? ""
    if let run = holder.run {
      return LoadError(
        .locked, "run \(run) (\(process)) is loading into this table", place: target,
        remedy: "wait until it has ended, or stop it")
    }
    return LoadError(
      .locked, "a session that is no run holds this table's lock (\(process))", place: target,
      remedy: "find out in pg_stat_activity what it is; wait until it has ended, or end it")
  }
}
