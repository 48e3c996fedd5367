internal import Postgres

extension ServerFacts {
  /// What a result of loading does not say, as things are on the server.
  var notesOnLoading: [String] {
    isReplicationRole
      ? ["session_replication_role is replica for this role: foreign keys were not checked, and triggers did not fire"]
      : []
  }
}

extension Connection {
  /// What a comparison with this server does not say.
  func notesOnComparison() throws(PostgresError) -> [String] {
    guard let place = try replayedUpTo() else { return [] }
    return ["compared with a standby, replayed up to \(place): later transactions of the primary are not in it"]
  }
}
