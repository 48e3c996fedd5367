internal import Databases
internal import FlowControl
internal import Load
internal import Logging
internal import Postgres
internal import Records

/// A run's own connection: the ledger, the catalogue, and the locks that say that this run is at work. Made anew when it
/// breaks.
///
/// One owner; blocks its thread.
final class Control {
  let target: DatabaseTarget
  private let run: String
  private let patience: RetryPolicy
  private let cancellation: Cancellation
  private let logger: Logger
  private var connection: Connection
  /// The server's process that has, or had, the locks.
  private var holder: Int32
  private var claims: [TableClaim] = []
  /// Claims whose lock went with a lost session.
  private var unlocked: [TableClaim] = []

  /// Connects.
  /// - Parameter waits: also for a server that does not answer at all.
  init(
    _ target: DatabaseTarget, run: String, waits: Bool, _ patience: RetryPolicy, _ cancellation: Cancellation,
    _ logger: Logger
  ) async throws {
    self.target = target
    self.run = run
    self.patience = patience
    self.cancellation = cancellation
    self.logger = logger
    connection = try await patience.attempt(while: waits ? RetryPolicy.isTransient : Self.isBusy) {
      try target.connect(cancellation, logger, run: run)
    }
    holder = try connection.serverProcess()
  }

  /// `user@host:5432/database`
  var place: String { connection.place }

  /// Does something that may be done twice, until it succeeds or fails for good.
  func perform<Result>(_ body: (Connection) throws -> Result) async throws -> Result {
    try await patience.attempt(while: Self.passes) {
      try recover()
      return try body(connection)
    }
  }

  /// Does something after the run was stopped or has failed, if the server lets us within seconds.
  func afterwards<Result>(_ body: (Connection) throws -> Result) -> Result? {
    guard let connection = try? target.connectBriefly(within: .seconds(4), logger, run: run) else { return nil }
    defer { connection.close() }
    return try? body(connection)
  }

  /// Does work that needs this connection for nothing but its locks, and looks every few seconds whether they are still
  /// held: they are taken again where the session was lost.
  /// - Throws: `load.overtaken` when another run has taken a table: the work is cancelled then.
  func holding<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
    if claims.isEmpty { return try await work() }
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      let thread = try OwnThread.start()
      group.addTask(executorPreference: thread) { try await work() }
      group.addTask { try await Self.pause() }
      while let finished = try await group.next() {
        if let finished {
          group.cancelAll()
          return finished
        }
        try look()
        group.addTask { try await Self.pause() }
      }
      throw CancellationError()
    }
  }

  private static func pause<Result>() async throws -> Result? {
    try await Task.sleep(for: .seconds(2))
    return nil
  }

  /// What passes, the next look may find better; or who needs the connection will say so.
  private func look() throws {
    do {
      try recover()
      for claim in claims { try claim.check(on: connection) }
    } catch  where Self.passes(error) {}
  }

  /// Takes a table for this run, as long as this lasts.
  ///
  /// A session of this very run may have it whose process was killed: the server notices that at once where the session is
  /// idle, and within seconds where it is busy. Any other holder is a reason to stop.
  func claim(_ table: String) async throws -> TableClaim {
    if let claim = claims.first(where: { $0.target == table }) { return claim }
    let start = ContinuousClock.now
    var isDying = false
    let claim = try await RetryPolicy(limit: Self.longestDeath, outage: Outage(notice: { _ in })).attempt(while: { _ in
      isDying
    }) {
      isDying = false
      return try await perform { connection in
        do {
          return try TableClaim.take(table, run: run, on: connection)
        } catch let error as LoadError where error.kind == .locked {
          let holder = try TableClaim.holder(of: table, on: connection)
          let isEarly = ContinuousClock.now - start < Self.idleDeath
          isDying = holder.map { $0.run == run && (isEarly || $0.isIdle == false) } ?? true
          throw error
        }
      }
    }
    claims.append(claim)
    return claim
  }

  private static let idleDeath = Duration.milliseconds(500)
  private static let longestDeath = Duration.seconds(15)

  /// Gives all tables back.
  func release() async throws {
    try await perform { connection in
      for claim in claims { try claim.release(on: connection) }
    }
    claims = []
  }

  func close() { connection.close() }

  /// Makes a lost connection again, and takes again the locks that went with it.
  private func recover() throws {
    if !connection.isOpen {
      connection = try target.connect(cancellation, logger, run: run, again: true)
      unlocked = claims
    }
    while let claim = unlocked.last {
      guard try claim.renew(former: holder, on: connection) else { throw StillHeld() }
      unlocked.removeLast()
      if unlocked.isEmpty { holder = try connection.serverProcess() }
    }
  }

  @Sendable private static func passes(_ error: any Error) -> Bool {
    error is StillHeld || RetryPolicy.isTransient(error)
  }

  /// A server that is there, and starts, stops or has no connection left.
  private static func isBusy(_ error: any Error) -> Bool {
    let kind = (error as? PostgresError)?.kind
    return kind == .shuttingDown || kind == .tooManyConnections
  }

  /// The server may take a while to see that a session is gone, and hold its locks for as long.
  private struct StillHeld: Error, CustomStringConvertible {
    var description: String { "the server still has the lost session" }
  }
}
