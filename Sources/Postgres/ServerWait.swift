/// What a session waits for on the server.
public struct ServerWait: Sendable, Hashable {
  public var duration: Duration
  public var cause: Cause

  public enum Cause: Sendable, Hashable {
    /// The transaction is committed here; a synchronous standby has not said so.
    case standby
    /// Other sessions have a lock: `process 123 (user app, idle in transaction)`.
    case lock(holders: String)
  }
}

extension ServerWait: CustomStringConvertible {
  public var description: String {
    let seconds = "\(duration.components.seconds) s"
    return switch cause {
    case .standby:
      "the server has not confirmed COMMIT for \(seconds) (SyncRep: a synchronous standby does not answer)"
    case .lock(let holders): "the server has not given us a lock for \(seconds): \(holders) has it"
    }
  }
}

extension Connection {
  /// What other sessions of this role, database and `application_name` wait for because of others, the longest first.
  public func waits() throws(PostgresError) -> [ServerWait] {
    let start: SQL =
      serverVersion < 140_000
      ? "a.query_start"
      : "COALESCE((SELECT min(waitstart) FROM pg_catalog.pg_locks l WHERE l.pid = a.pid), a.query_start)"
    let rows = try query(
      """
      SELECT (extract(epoch FROM pg_catalog.clock_timestamp() - \(start)) * 1000)::int8, a.wait_event = 'SyncRep',
        (SELECT pg_catalog.string_agg(DISTINCT \(Self.session), ', ')
          FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids(a.pid)) AS h(pid)
            LEFT JOIN pg_catalog.pg_stat_activity s ON s.pid = h.pid
          WHERE s.application_name IS DISTINCT FROM a.application_name)
      FROM pg_catalog.pg_stat_activity a
      WHERE a.datname = pg_catalog.current_database() AND a.usename = session_user
        AND a.application_name = pg_catalog.current_setting('application_name')
        AND a.state = 'active' AND (a.wait_event = 'SyncRep' OR a.wait_event_type = 'Lock')
      ORDER BY 1 DESC
      """
    ).rows
    return rows.compactMap { row in
      guard let cause = row[1] == "t" ? ServerWait.Cause.standby : row[2].map({ .lock(holders: $0) }) else {
        return nil
      }
      return ServerWait(duration: .milliseconds(row[0].flatMap { Int($0) } ?? 0), cause: cause)
    }
  }

  /// A process `h.pid` and what its row `s` of `pg_stat_activity` says of it, as far as this role may know.
  static let session: SQL = """
    'process ' || h.pid || COALESCE(' (user ' || s.usename || COALESCE(', ' || s.state, '') || ')', '')
    """
}
