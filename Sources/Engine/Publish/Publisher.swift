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
  let dataset: DatasetRun
  let layout: TableLayout
  let claim: TableClaim?
  /// What the rows were encoded for.
  let shapes: TableShapes?
  /// What the committed slices add up to.
  let totals: Ledger.Totals

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
    dataset.progress.begin(dataset.dataset.name, "publishing", total: nil)
    return try await control.perform { connection in
      try connection.transaction {
        do {
          return try publish(on: connection)
        } catch {
          // Here nothing was deleted; after a COMMIT that got no answer they may be all there is of the rows.
          try? dataset.folder?.remove(dataset.deletedRows)
          throw error
        }
      }
    }
  }

  private func publish(on connection: Connection) throws -> Outcome {
    guard let target = try TargetTable.describe(dataset.dataset.table, on: connection, creating: .none) else {
      throw EngineError(.table, "the table is not there any more", place: dataset.dataset.place)
    }
    let publication = try Publication(
      run: dataset.run, of: dataset.dataset.table, target: target, shapes: shapes, on: connection)
    let counts = try publication.enter(claim) ?? publish(publication, on: connection)
    return Outcome(
      counts: counts, restore: counts.deleted > 0 ? try dataset.restoring(publication, on: connection) : nil)
  }

  private func publish(_ publication: Publication, on connection: Connection) throws -> PublishCounts {
    let superseded = PrintedSum(layout)
    let repeated = try publication.supersede { try superseded.take($0) }
    let plan = try publication.plan(dataset.patience.forLocks)
    try publication.admit(plan, limit: dataset.options.deleteLimit)
    if plan.deletes > 0 { try save(publication, plan.deletes, on: connection) }
    var counts = try publication.apply(plan, repeated: repeated)
    var digest = totals.digest
    digest &-= superseded.digest
    counts.expected = (totals.loaded - superseded.rows, digest)
    if dataset.options.verifies {
      try prove(publication, .init(rows: totals.loaded - superseded.rows, digest: digest), on: connection)
      counts.isProved = true
    }
    try publication.finish(counts)
    return counts
  }

  /// A record that was set aside is no reason to delete its row.
  private func refuseSyncWithRejects() throws {
    guard dataset.dataset.destination.mode == .sync, totals.rejected > 0, !dataset.options.isConfirmed else { return }
    throw EngineError(
      .withheld, "\(totals.rejected) records were set aside, and sync would delete their rows",
      place: dataset.dataset.place,
      remedy: "correct them and start a new run, or delete nevertheless: sluice resume \(dataset.run) --yes")
  }

  // MARK: - Rows that are deleted

  private func save(_ publication: Publication, _ count: Int, on connection: Connection) throws {
    guard let folder = dataset.folder else { return }
    let writer = try FrameWriter(
      in: folder, name: dataset.deletedRows, level: dataset.pipeline.backup.level, hashesWhole: false,
      existing: .replace)
    do {
      let saved = try connection.copyOut(publication.deletedRows) { row in _ = try writer.append(row) }
      guard saved == count else {
        throw EngineError(
          .balance, "\(count) rows are to be deleted and \(saved) were saved", place: dataset.dataset.place)
      }
      _ = try writer.finish()
    } catch {
      writer.abandon()
      throw error
    }
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
    let differences = PublishDifferences(dataset: dataset.dataset.name, layout: layout)
    try connection.copyOut(staged) { row in try differences.take(row, from: .expected) }
    try connection.copyOut(found) { row in try differences.take(row, from: .actual) }
    parity.differences = differences.all
    if parity.differences.isEmpty { parity.differences = [.unnamed(dataset.dataset.name, parity)] }
    throw Mismatch(parity: parity)
  }
}
