internal import Load
internal import Logging
internal import Postgres
internal import Records

/// One loader's connection to the server, made anew when it breaks.
///
/// One owner; blocks its thread.
final class LoadSession {
  private let target: Target
  private let run: String
  private let dataset: String
  private let layout: TableLayout
  private let staging: StagingTable?
  private let refusals: SliceLoader.RefusalPolicy
  private let claim: TableClaim?
  private let cancellation: Cancellation
  private let logger: Logger
  private var connection: Connection
  private var slices: SliceLoader

  /// Connects.
  init(
    _ target: Target, run: String, dataset: String, layout: TableLayout, staging: StagingTable?,
    refusals: SliceLoader.RefusalPolicy, claim: TableClaim?, _ cancellation: Cancellation, _ logger: Logger
  ) throws {
    self.target = target
    self.run = run
    self.dataset = dataset
    self.layout = layout
    self.staging = staging
    self.refusals = refusals
    self.claim = claim
    self.cancellation = cancellation
    self.logger = logger
    connection = try target.connect(cancellation, logger, run: run, again: true)
    slices = try SliceLoader(
      connection: connection, run: run, dataset: dataset, layout: layout, staging: staging, refusals: refusals,
      claim: claim)
  }

  deinit { connection.close() }

  /// What loads slices, over a connection that is open.
  func loader() throws -> SliceLoader {
    if !connection.isOpen {
      connection = try target.connect(cancellation, logger, run: run, again: true)
      slices = try SliceLoader(
        connection: connection, run: run, dataset: dataset, layout: layout, staging: staging, refusals: refusals,
        claim: claim)
    }
    return slices
  }

  /// The error with what the server can still say about its cause.
  func explained(_ error: any Error) -> any Error {
    guard var error = error as? PostgresError, connection.isOpen else { return error }
    switch error.kind {
    case .timeout:
      guard let limit = try? connection.setting("statement_timeout") else { return error }
      if limit.value == "0" {
        error.kind = .statementCancelled
      } else {
        error.message += "; statement_timeout is \(limit.value), set by: \(limit.source)"
        error.remedy = "raise statement_timeout for this role or database, or load smaller slices, then resume"
      }
    case .lockTimeout:
      guard let table = try? QualifiedTable(schema: layout.schema, table: layout.table),
        let holders = try? connection.holders(ofLocksOn: table), !holders.isEmpty
      else { return error }
      error.message += "; the table is locked by " + holders.joined(separator: ", ")
    default: break
    }
    return error
  }
}
