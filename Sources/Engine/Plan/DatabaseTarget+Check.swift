internal import Databases
internal import Postgres

extension DatabaseTarget {
  /// What has to be true of the server before anything is loaded.
  @discardableResult
  func check(_ connection: Connection) throws -> ServerFacts {
    let facts = try connection.serverFacts()
    if facts.isInRecovery {
      throw EngineError(
        .server, "the server is a standby in recovery: nothing can be written", place: connection.place,
        remedy: "connect to the primary")
    }
    if facts.isReadOnlyByDefault {
      throw EngineError(
        .server, "transactions are read-only by default (default_transaction_read_only)", place: connection.place,
        remedy: "use a role and a database that may write")
    }
    if facts.encoding != "UTF8" {
      throw EngineError(
        .server, "the database's encoding is \(facts.encoding): it cannot hold every text of JSON",
        place: connection.place, remedy: "create the database with ENCODING 'UTF8'")
    }
    return facts
  }
}
