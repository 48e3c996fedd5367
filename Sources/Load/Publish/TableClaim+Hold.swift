internal import Postgres

extension TableClaim {
  /// Keeps others from taking the table until the transaction ends.
  /// - Throws: `load.overtaken` when another run took it.
  func hold(on connection: Connection) throws {
    try connection.execute("SELECT FROM sluice.targets WHERE target = $1 FOR SHARE", parameters: [target])
    try check(on: connection)
  }
}
