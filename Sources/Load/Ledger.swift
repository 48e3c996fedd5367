public import Postgres

/// The schema `sluice` in the target database: what was committed, written in the transaction that committed it. Nothing is
/// ever skipped because of anything else.
public enum Ledger {
  /// What a role does with the ledger.
  enum Use: Sendable {
    case reading
    /// - Parameter stages: also makes staging tables.
    case loading(stages: Bool)
  }

  /// Makes the ledger where it is missing, and brings one of an earlier version up to date; two runs may do so at once. One
  /// that is there is left alone.
  /// - Parameters:
  ///   - connection: with its output pinned.
  ///   - stages: whether staging tables are to be made in it.
  /// - Throws: what `check` throws, before anything is altered.
  public static func create(_ connection: Connection, stages: Bool = false) throws {
    if try check(connection, stages: stages) { return }
    try connection.transaction {
      try connection.execute("SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('sluice.ledger'))")
      try migrate(connection)
    }
    try checkGrants(for: .loading(stages: stages), on: connection)
  }

  /// Whether there is a ledger of this version. Nothing is altered.
  /// - Parameters: as for `create`.
  /// - Throws: `load.foreign`, `.damaged`, `.newer` or `.grants` where `create` cannot succeed.
  public static func check(_ connection: Connection, stages: Bool = false) throws -> Bool {
    let catalogue = try LedgerCatalogue(on: connection)
    switch try LedgerState(catalogue, on: connection) {
    case .ours:
      try checkGrants(for: .loading(stages: stages), on: connection)
      return true
    case .missing, .older:
      try checkMayMake(catalogue, on: connection)
      return false
    case let state: throw refusal(state)
    }
  }

  /// Whether there is a ledger, to be read.
  /// - Parameter connection: with its output pinned.
  /// - Throws: `load.foreign`, `.damaged`, `.newer` or `.grants`
  public static func exists(on connection: Connection) throws -> Bool {
    switch try LedgerState(try LedgerCatalogue(on: connection), on: connection) {
    case .missing: return false
    case .ours, .older:
      try checkGrants(for: .reading, on: connection)
      return true
    case let state: throw refusal(state)
    }
  }

  private static func migrate(_ connection: Connection) throws {
    let catalogue = try LedgerCatalogue(on: connection)
    var version = 0
    switch try LedgerState(catalogue, on: connection) {
    case .ours: return
    case .missing: if catalogue.owner == nil { try connection.execute("CREATE SCHEMA sluice") }
    case .older(let number): version = number
    case let state: throw refusal(state)
    }
    // The tables are the schema owner's, so that all its members trust them.
    let role = try Identifier(try connection.query("SELECT current_user").scalar ?? "")
    let owner = try actingOwner(catalogue, on: connection) ?? role
    try connection.execute("SET LOCAL ROLE \(owner)")
    try LedgerVersion.migrate(from: version, on: connection)
    try connection.execute("SET LOCAL ROLE \(role)")
    let state = try LedgerState(try LedgerCatalogue(on: connection), on: connection)
    guard state == .ours else { throw refusal(state) }
  }

  private static func refusal(_ state: LedgerState) -> LoadError {
    let place = "schema sluice"
    switch state {
    case .foreign(let what):
      return LoadError(
        .foreign, "it is not a ledger that this role can trust: \(what)", place: place,
        remedy:
          "remove what Sluice did not make, give schema and tables to this role or one that it is a member of, or "
          + "rename the schema")
    case .newer(let version):
      return LoadError(
        .newer, "the ledger is of version \(version), this program knows versions up to \(LedgerVersion.newest)",
        place: place, remedy: "use the newer sluice")
    case .damaged(let parts):
      return LoadError(
        .damaged, "the ledger is damaged: \(parts.joined(separator: ", ")) \(parts.count == 1 ? "is" : "are") missing",
        place: place,
        remedy: parts == [LedgerState.versionNumber]
          ? "INSERT INTO sluice.version (version) VALUES (\(LedgerVersion.newest)) "
            + "ON CONFLICT (one) DO UPDATE SET version = excluded.version"
          : "restore the schema from a backup of the database; without one, rename it: the next run makes a new ledger")
    case .missing, .ours, .older:
      return LoadError(.damaged, "the ledger is not what was made a moment ago: \(state)", place: place)
    }
  }
}
