import Dispatch
import Platform
import Postgres

extension LocalServer {
  /// Makes the data folder if there is none, starts the server if it does not run, makes the database `sluice` if it is
  /// missing, and returns when connections are taken. What a crash or a kill left behind is cleared up.
  @discardableResult
  public func start() throws(LocalServerError) -> Status {
    try locked { (state) throws(LocalServerError) -> Status in
      if try !isAnswering { try launch(state) }
      try createDatabase(LocalServer.defaultName)
      return status()
    }
  }

  /// Ends all sessions, rolls back what they had open, and stops the server. Nothing happens if it does not run.
  public func stop() throws(LocalServerError) {
    guard try openData() != nil else { return }
    try locked { (state) throws(LocalServerError) in
      guard let data = try openData(), try data.runningPID != nil else { return }
      let binaries = try findBinaries(data, state)
      // Its account signals the process that its own file names.
      try run(
        binaries.path("pg_ctl"), ["stop", "--pgdata=\(dataFolder)", "--mode=fast", "--wait", "--timeout=60"],
        in: state)
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
    let cancellation = Cancellation()
    let alarm = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "sluice.local"))
    alarm.setEventHandler { cancellation.cancel() }
    alarm.schedule(deadline: .now() + patience)
    alarm.resume()
    defer { alarm.cancel() }
    do throws(PostgresError) {
      let connection = try Connection.open(settings.database("postgres"), cancellation: cancellation)
      defer { connection.close() }
      try body(connection, try Identifier(name))
    } catch {
      let message = error.kind == .cancelled ? "the server does not answer" : error.message
      throw LocalServerError(
        .notReady, message, place: socketFolder, remedy: "see \(logFile)", cause: error, detail: logTail)
    }
  }

  /// Whether the process that is there takes connections; one that is still starting up or shutting down is waited for.
  private var isAnswering: Bool {
    get throws(LocalServerError) {
      let deadline = ContinuousClock.now + .seconds(120)
      while try openData()?.runningPID != nil && ContinuousClock.now < deadline {
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
  }

  private func findBinaries(_ data: DataFolder?, _ state: StateFolder) throws(LocalServerError) -> ServerBinaries {
    try ServerBinaries.find(hint: binFolder, major: try data?.version, account: state.account)
  }

  private func launch(_ state: StateFolder) throws(LocalServerError) {
    let data = try openData()
    let binaries = try findBinaries(data, state)
    try state.shortenLog()
    if data == nil { try initialise(state, with: binaries) }
    try state.makeSocketFolder(socketFolder)
    try writeConfiguration(state)
    // pg_ctl hands these words to a shell.
    let configuration = state.folder.path(of: "sluice.conf").split(separator: "'", omittingEmptySubsequences: false)
    let options = "--config-file='\(configuration.joined(separator: "'\\''"))'"
    // Sessions of a server that was killed may live on for a moment, and a new one does not start beside them.
    let isLeftOver = data?.folder.status(of: "postmaster.pid") != nil
    let deadline = ContinuousClock.now + .seconds(isLeftOver ? 15 : 0)
    while true {
      do {
        return try run(
          binaries.path("pg_ctl"),
          ["start", "--pgdata=\(dataFolder)", "--options=\(options)", "--wait", "--timeout=120", "--silent"],
          in: state)
      } catch {
        if ContinuousClock.now >= deadline { throw error }
        usleep(200_000)
      }
    }
  }
}
