public import LocalPostgres
public import Logging
public import PipelineSpec
public import Postgres

/// The database a pipeline loads into.
public struct DatabaseTarget: Sendable {
  public var settings: ConnectionSettings
  /// Where it is the embedded server.
  public var local: LocalServer?

  public init(settings: ConnectionSettings, local: LocalServer? = nil) {
    self.settings = settings
    self.local = local
  }

  /// `target.database`, else libpq's `PG*` variables, else the embedded server.
  /// - Parameter starting: whether that one is started where it does not run.
  public static func resolve(
    _ pipeline: Pipeline, environment: [String: String], starting: Bool = true, logger: Logger? = nil
  ) throws -> DatabaseTarget {
    if let database = pipeline.database {
      return DatabaseTarget(settings: try ConnectionSettings(parsing: database, environment: environment))
    }
    if let settings = try ConnectionSettings(environment: environment) { return DatabaseTarget(settings: settings) }
    let server = LocalServer(
      stateFolder: LocalServer.defaultStateFolder(environment: environment), binFolder: environment["SLUICE_PG_BIN"])
    guard starting else { return DatabaseTarget(settings: server.settings, local: server) }
    if !server.status().isRunning { logger?.notice("starting the embedded PostgreSQL in \(server.stateFolder)") }
    _ = try server.start()
    return DatabaseTarget(settings: server.settings, local: server)
  }

  /// A connection whose output is pinned for comparison.
  /// - Parameters:
  ///   - run: whom the server's list of sessions shows at work.
  ///   - limit: how long the session may last.
  ///   - again: these settings have led to the server before: no pooler shares our sessions, and that TLS fails now is
  ///     the connection's fault, and passes.
  public func connect(
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
  public func connectBriefly(
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
}
