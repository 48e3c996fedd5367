internal import Postgres

extension TableClaim {
  /// Keeps others from taking the table until the transaction ends.
  /// - Throws: `load.locked` when another run took it.
  func hold(on connection: Connection) throws {
    let held = try connection.query(
      "SELECT FROM sluice.targets WHERE target = $1 AND epoch = $2::bigint FOR SHARE",
      parameters: [target, String(epoch)])
    guard held.affectedRows == 1 else {
      throw LoadError(
        .locked, "another run has taken this table over", place: target,
        remedy: "wait until it has ended, then resume")
    }
  }
}
