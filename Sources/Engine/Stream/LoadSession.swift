internal import Databases
internal import Load
internal import Logging
internal import PipelineSpec
internal import Postgres
internal import Records

/// One loader's connection to the server, opened again when it breaks.
///
/// One owner; blocks its thread.
final class LoadSession {
  private let layout: TableLayout
  private let open: () throws -> (Connection, SliceLoader)
  private var connection: Connection
  private var slices: SliceLoader

  /// Connects.
  init(
    _ target: LoadTarget, _ context: DatasetContext, layout: TableLayout, staging: StagingTable?,
    _ cancellation: Cancellation
  ) throws {
    self.layout = layout
    open = {
      let connection = try target.target.connect(cancellation, context.events.logger, run: context.run, again: true)
      let table = try SliceTable(layout: layout, staging: staging, claim: target.claim, shape: target.shape)
      let slices = SliceLoader(
        connection: connection, run: context.run, dataset: context.dataset.name, tables: [table],
        onRefusal: context.options.onError)
      return (connection, slices)
    }
    (connection, slices) = try open()
  }

  deinit { connection.close() }

  /// What loads slices, over a connection that is open.
  func loader() throws -> SliceLoader {
    if !connection.isOpen { (connection, slices) = try open() }
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
        error.remedy =
          "raise statement_timeout for this role or database, then resume; or start a new run with smaller slices "
          + "(--slice-bytes)"
      }
    case .lockTimeout:
      guard let table = try? QualifiedTable(schema: layout.schema, table: layout.table) else { return error }
      return error.naming(holdersOf: table, connection)
    default: break
    }
    return error
  }
}
