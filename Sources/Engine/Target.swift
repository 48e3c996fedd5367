internal import LocalPostgres
internal import Logging
internal import PipelineSpec
internal import Postgres

/// The database a pipeline loads into.
struct Target: Sendable {
  var settings: ConnectionSettings
  /// Where it is the embedded server.
  var local: LocalServer?

  /// `target.database`, else libpq's `PG*` variables, else the embedded server.
  /// - Parameter starting: whether that one is started where it does not run.
  static func resolve(
    _ pipeline: Pipeline, environment: [String: String], starting: Bool = true, logger: Logger? = nil
  ) throws -> Target {
    if let database = pipeline.database {
      return Target(settings: try ConnectionSettings(parsing: database, environment: environment))
    }
    if let settings = try ConnectionSettings(environment: environment) { return Target(settings: settings) }
    let server = LocalServer(
      stateFolder: LocalServer.defaultStateFolder(environment: environment), binFolder: environment["SLUICE_PG_BIN"])
    guard starting else { return Target(settings: server.settings, local: server) }
    if !server.status().isRunning { logger?.notice("starting the embedded PostgreSQL in \(server.stateFolder)") }
    _ = try server.start()
    return Target(settings: server.settings, local: server)
  }

  /// A connection whose output is pinned for comparison.
  /// - Parameters:
  ///   - run: whom the server's list of sessions shows at work.
  ///   - limit: how long the session may last.
  ///   - again: these settings have led to the server before: no pooler shares our sessions, and that TLS fails now is
  ///     the connection's fault, and passes.
  func connect(
    _ cancellation: Cancellation, _ logger: Logger, run: String? = nil, within limit: Duration? = nil,
    again: Bool = false
  ) throws -> Connection {
    let named = run.map { settings.named("sluice \($0)") } ?? settings
    let connection: Connection
    do {
      connection = try Connection.open(named, cancellation: cancellation, within: limit, logger: logger)
    } catch {
      var error = error
      if again, error.kind == .encryption { error.kind = .unreachable }
      throw error
    }
    if !again { try connection.refuseSharedSession(named) }
    try connection.pinOutput()
    try connection.setGuards()
    return connection
  }

  /// A connection for a few words with a server that may not answer: no statement waits longer than 3 s, none for a
  /// standby, and `limit` bounds them all.
  /// - Parameter again: these settings have led to the server before.
  func connectBriefly(
    within limit: Duration, _ logger: Logger, cancellation: Cancellation = Cancellation(), run: String? = nil,
    again: Bool = true
  ) throws -> Connection {
    var target = self
    target.settings = settings.with("connect_timeout", "3")
    let connection = try target.connect(cancellation, logger, run: run, within: limit, again: again)
    try connection.executeScript(
      "SET statement_timeout = '3s'; SET lock_timeout = '3s'; SET synchronous_commit = local")
    return connection
  }

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
