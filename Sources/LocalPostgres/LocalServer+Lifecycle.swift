import Postgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension LocalServer {
  /// Makes the data folder if there is none, starts the server if it does not run, makes the database `sluice` if it is
  /// missing, and returns when connections are taken. What a crash or a kill left behind is cleared up.
  @discardableResult
  public func start() throws(LocalServerError) -> Status {
    let account = try self.account
    try makePrivateFolder(stateFolder, account: account)
    if let folder = account.unreachableFolder(on: stateFolder) {
      throw LocalServerError(
        .folder, "the server runs as \(account.name ?? "another user"), who cannot enter this folder", place: folder,
        remedy: "use a state folder that all may reach, such as /var/lib/sluice")
    }
    return try locked { () throws(LocalServerError) -> Status in
      if !isAnswering { try launch(as: account) }
      try createDatabase(LocalServer.defaultName)
      return status()
    }
  }

  /// Ends all sessions, rolls back what they had open, and stops the server. Nothing happens if it does not run.
  public func stop() throws(LocalServerError) {
    guard access(dataFolder, F_OK) == 0 else { return }
    try locked { () throws(LocalServerError) in
      guard runningPID != nil else { return }
      let account = try self.account
      let binaries = try findBinaries()
      try run(
        binaries.path("pg_ctl"), ["stop", "--pgdata=\(dataFolder)", "--mode=fast", "--wait", "--timeout=60"],
        as: account)
    }
  }

  /// Makes a database, unless there is one of that name. The server runs.
  public func createDatabase(_ name: String) throws(LocalServerError) {
    try administer(name) { (connection, name) throws(PostgresError) in
      func isThere() throws(PostgresError) -> Bool {
        try connection.query("SELECT FROM pg_database WHERE datname = $1", parameters: [name.name]).rows.isEmpty
          == false
      }
      if try isThere() { return }
      do throws(PostgresError) {
        try connection.execute("CREATE DATABASE \(name)")
      } catch {
        // Another process may have been quicker.
        if try !isThere() { throw error }
      }
    }
  }

  /// Removes a database, and ends the sessions that use it. The server runs.
  public func dropDatabase(_ name: String) throws(LocalServerError) {
    try administer(name) { (connection, name) throws(PostgresError) in
      try connection.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }
  }

  private func administer(
    _ name: String, _ body: (Connection, Identifier) throws(PostgresError) -> Void
  ) throws(LocalServerError) {
    do throws(PostgresError) {
      let connection = try Connection.open(settings.database("postgres"), cancellation: Cancellation())
      defer { connection.close() }
      try body(connection, try Identifier(name))
    } catch {
      throw LocalServerError(
        .notReady, error.message, place: socketFolder, remedy: "see \(logFile)", cause: error, detail: logTail)
    }
  }

  /// Whether the process that is there takes connections; one that is still starting up or shutting down is waited for.
  private var isAnswering: Bool {
    let deadline = ContinuousClock.now + .seconds(120)
    while runningPID != nil && ContinuousClock.now < deadline {
      do throws(PostgresError) {
        try Connection.open(settings.database("postgres"), cancellation: Cancellation()).close()
        return true
      } catch {
        guard error.kind == .shuttingDown else { return false }
        usleep(100_000)
      }
    }
    return false
  }

  private func findBinaries() throws(LocalServerError) -> ServerBinaries {
    try ServerBinaries.find(hint: binFolder, major: dataVersion, scratch: "\(stateFolder)/programs")
  }

  private func launch(as account: ServerAccount) throws(LocalServerError) {
    let binaries = try findBinaries()
    shortenLog()
    if dataVersion == nil { try initialise(with: binaries, as: account) }
    try makePrivateFolder(socketFolder, account: account)
    try writeConfiguration(as: account)
    // Sessions of a server that was killed may live on for a moment, and a new one does not start beside them.
    let deadline = ContinuousClock.now + .seconds(access("\(dataFolder)/postmaster.pid", F_OK) == 0 ? 15 : 0)
    while true {
      do {
        return try run(
          binaries.path("pg_ctl"), ["start", "--pgdata=\(dataFolder)", "--wait", "--timeout=120", "--silent"],
          as: account)
      } catch {
        if ContinuousClock.now >= deadline { throw error }
        usleep(200_000)
      }
    }
  }

  /// Keeps the log from growing for ever: the one before is kept.
  private func shortenLog() {
    var facts = stat()
    if stat(logFile, &facts) == 0 && facts.st_size > 16 << 20 { rename(logFile, "\(logFile).1") }
  }
}
