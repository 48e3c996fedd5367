internal import Archive
internal import Load
internal import Postgres
internal import Records

/// Brings the staged rows of a dataset into its table, in one transaction: what is to be deleted is saved before, what was
/// written is proved before anybody can see it.
struct Publisher {
  let dataset: DatasetRun
  let layout: TableLayout
  let claim: TableClaim?
  /// What the committed slices add up to.
  let totals: Ledger.Totals
  /// What the table had before an append.
  let before: (rows: Int, digest: RowDigest)

  /// What was published is not what was to be; it was taken back.
  struct Mismatch: Error {
    let parity: Parity
  }

  /// - Returns: what was done, also where an earlier attempt did it.
  /// - Throws: `Mismatch`
  func publish(_ control: Control) async throws -> PublishCounts {
    try refuseSyncWithRejects()
    dataset.progress.begin(dataset.dataset.name, "publishing", total: nil)
    return try await control.perform { connection in
      do {
        return try connection.transaction { try publish(on: connection) }
      } catch {
        // After a COMMIT that got no answer they may be all there is of the rows.
        if (error as? PostgresError)?.kind != .connectionLost { try? dataset.folder?.remove(deletedRows) }
        throw error
      }
    }
  }

  private func publish(on connection: Connection) throws -> PublishCounts {
    guard let target = try TargetTable.describe(dataset.dataset, on: connection, creating: false) else {
      throw EngineError(.table, "the table is not there any more", place: dataset.dataset.place)
    }
    let publication = try Publication(run: dataset.run, dataset: dataset.dataset, target: target, on: connection)
    if let counts = try publication.enter(claim) { return counts }
    let superseded = PrintedSum(layout)
    let repeated = try publication.supersede(dataset.options.verifies ? { try superseded.take($0) } : nil)
    let plan = try publication.plan()
    try publication.admit(plan, limit: dataset.options.deleteLimit)
    if plan.deletes > 0 { try save(publication, plan.deletes, on: connection) }
    var counts = try publication.apply(plan, repeated: repeated)
    if dataset.options.verifies { counts.proved = try prove(publication, superseded, on: connection) }
    try publication.finish(counts)
    return counts
  }

  /// A record that was set aside is no reason to delete its row.
  private func refuseSyncWithRejects() throws {
    guard dataset.dataset.mode == .sync, totals.rejected > 0, !dataset.options.isConfirmed else { return }
    throw EngineError(
      .withheld, "\(totals.rejected) records were set aside, and sync would delete their rows",
      place: dataset.dataset.place,
      remedy: "correct them and start a new run, or delete nevertheless: sluice resume \(dataset.run) --yes")
  }

  // MARK: - Rows that are deleted

  private var deletedRows: String { "deleted/\(dataset.dataset.name).copy.zst" }

  private func save(_ publication: Publication, _ count: Int, on connection: Connection) throws {
    guard let folder = dataset.folder else { return }
    let writer = try FrameWriter(
      in: folder, name: deletedRows, level: dataset.pipeline.backup.level, hashesWhole: false, existing: .replace)
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

  /// - Returns: what both sides come to.
  /// - Throws: `Mismatch` where the table is not what source and ledger say.
  private func prove(
    _ publication: Publication, _ superseded: PrintedSum, on connection: Connection
  ) throws -> (rows: Int, digest: RowDigest) {
    let table = PrintedSum(layout)
    try connection.copyOut(publication.publishedRows) { row in try table.take(row) }
    var (expected, actual) = (totals.digest, table.digest)
    expected &-= superseded.digest
    actual &-= before.digest
    let parity = Parity(
      mode: .strict, expected: .init(rows: totals.loaded - superseded.rows, digest: expected),
      actual: .init(rows: table.rows - before.rows, digest: actual), differences: [], counts: nil)
    guard parity.isProved else { throw Mismatch(parity: parity) }
    return (parity.expected.rows, expected)
  }
}
