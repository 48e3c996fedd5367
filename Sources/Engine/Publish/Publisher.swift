internal import Archive
internal import Databases
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports
internal import Verify

/// Brings the staged rows of a dataset into its table, in one transaction: what is to be deleted is saved before, what was
/// written is proved before anybody can see it.
struct Publisher {
  let context: DatasetContext
  let prepared: PreparedDataset
  /// What the committed slices add up to.
  let totals: Ledger.Totals
  let deleted: DeletedRows

  private var layout: TableLayout { prepared.plan.layout }
  private var dataset: Dataset { context.dataset }

  /// What was published is not what was to be; it was taken back.
  struct Mismatch: Error {
    let parity: Parity
  }

  struct Outcome {
    var counts: PublishCounts
    /// The command that brings deleted rows back; nil where there are none.
    var restore: String?
  }

  /// - Returns: what was done, also where an earlier attempt did it.
  /// - Throws: `Mismatch`
  func publish(_ control: Control) async throws -> Outcome {
    try refuseSyncWithRejects()
    context.events.emit(.phase(RunPhase(dataset.name, "publishing")))
    return try await control.perform { connection in
      try connection.transaction {
        do {
          return try publish(on: connection)
        } catch {
          // Here nothing was deleted; after a COMMIT that got no answer they may be all there is of the rows.
          try? deleted.remove()
          throw error
        }
      }
    }
  }

  private func publish(on connection: Connection) throws -> Outcome {
    guard let target = try TargetTable.describe(dataset.table, on: connection, creating: .none) else {
      throw EngineError(.table, "the table is not there any more", place: dataset.place)
    }
    let publication = try Publication(
      run: context.run, of: dataset.table, target: target, shapes: prepared.shapes, on: connection)
    let counts = try publication.enter(prepared.claim) ?? publish(publication, on: connection)
    return Outcome(counts: counts, restore: counts.deleted > 0 ? deleted.restoring(publication, on: connection) : nil)
  }

  private func publish(_ publication: Publication, on connection: Connection) throws -> PublishCounts {
    let superseded = PrintedSum(layout)
    let repeated = try publication.supersede { try superseded.take($0) }
    let plan = try publication.plan(context.patience.forLocks)
    try publication.admit(plan, limit: context.options.deleteLimit)
    if plan.deletes > 0 { try deleted.save(publication, plan.deletes, on: connection) }
    var counts = try publication.apply(plan, repeated: repeated)
    var expected = totals.own
    expected -= RowSum(rows: superseded.rows, digest: superseded.digest)
    counts.expected = (expected.rows, expected.digest)
    if context.options.verifies {
      try prove(publication, .init(rows: expected.rows, digest: expected.digest), on: connection)
      counts.isProved = true
    }
    try publication.finish(counts)
    return counts
  }

  /// A record that was set aside is no reason to delete its row.
  private func refuseSyncWithRejects() throws {
    let mode = dataset.destination.mode
    guard mode.traits.deletesMissing, totals.rejected > 0, !context.options.isConfirmed else { return }
    throw EngineError(
      .withheld, "\(totals.rejected) records were set aside, and \(mode) would delete their rows",
      place: dataset.place,
      remedy: "correct them and start a new run, or delete nevertheless: sluice resume \(context.run) --yes")
  }

  // MARK: - Proof

  /// - Throws: `Mismatch` where the table is not what source and ledger say.
  private func prove(_ publication: Publication, _ expected: Parity.Sum, on connection: Connection) throws {
    let table = PrintedSum(layout)
    try connection.copyOut(publication.publishedRows()) { row in try table.take(row) }
    var parity = Parity(
      mode: .strict, expected: expected, actual: .init(rows: table.rows, digest: table.digest), differences: [],
      counts: nil)
    if parity.isProved { return }
    let (staged, found) = publication.differingRows(most: 100)
    let differences = PublishDifferences(dataset: dataset.name, layout: layout)
    try connection.copyOut(staged) { row in try differences.take(row, from: .expected) }
    try connection.copyOut(found) { row in try differences.take(row, from: .actual) }
    parity.differences = differences.all
    if parity.differences.isEmpty { parity.differences = [.unnamed(dataset.name, parity)] }
    throw Mismatch(parity: parity)
  }
}
