internal import Archive
internal import Databases
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports

extension DatasetRun {
  /// Publishes what was staged, proved before COMMIT where verification is on.
  func publish(
    _ totals: Ledger.Totals, _ prepared: Prepared, _ claim: TableClaim?, _ control: Control,
    _ report: inout DatasetReport
  ) async throws {
    let clock = StageClock()
    defer { report.stages["publish"] = clock.times }
    do {
      let publisher = Publisher(
        dataset: self, layout: prepared.layout, claim: claim, shapes: prepared.shapes, totals: totals)
      let outcome = try await publisher.publish(control)
      let counts = outcome.counts
      report.take(counts)
      report.restore = outcome.restore
      guard let expected = counts.expected else { return }
      let sum = Parity.Sum(rows: expected.rows, digest: expected.digest)
      report.parity = Parity(
        mode: counts.isProved ? .strict : .unverified, expected: sum, actual: counts.isProved ? sum : nil,
        differences: [], counts: nil)
    } catch let mismatch as Publisher.Mismatch {
      let parity = mismatch.parity
      report.parity = parity
      throw EngineError(
        .parity,
        "nothing was published, as the table would differ from the source: expected \(parity.expected.rows) rows with "
          + "digest \(parity.expected.digest), found \(parity.actual?.rows ?? 0) with \(parity.actual?.digest ?? "none")",
        place: dataset.place,
        remedy: "look for triggers that change rows and for others who write, then: sluice resume \(run)")
    }
  }

  /// Where the rows are saved that publishing deletes, in the run's folder.
  var deletedRows: String { RunLayout.deleted(of: dataset.name) }

  /// The command that brings back the rows that an earlier attempt deleted; nil where there are none.
  func restoring(on connection: Connection) throws -> String? {
    guard dataset.destination.mode == .sync, try folder?.hasFile(deletedRows) == true,
      let target = try TargetTable.describe(dataset.table, on: connection, creating: .none)
    else { return nil }
    return try restoring(Publication(run: run, of: dataset.table, target: target, on: connection), on: connection)
  }

  func restoring(_ publication: Publication, on connection: Connection) throws -> String? {
    guard let folder else { return nil }
    return ShellText.command(["zstd", "-dc", "\(folder.path)/\(deletedRows)"]) + " | "
      + ShellText.command(
        (target.local == nil ? ["psql", connection.destination] : ["sluice", "local", "psql"])
          + ["-c", "\\copy \(publication.restoring.text) from stdin"])
  }

  /// Ordinals of records that gave way to others of their key when the run of `row` published.
  func superseded(_ row: Ledger.RunRow?, _ control: Control) async throws -> [Int64] {
    guard let row, dataset.destination.repeated != .error else { return [] }
    return try await control.perform { try Ledger.superseded(run: row.run, dataset: dataset.name, on: $0) }
  }

  /// Makes again the indexes that were dropped for the load.
  func rebuildIndexes(_ control: Control, _ report: inout DatasetReport) async throws {
    guard dataset.destination.rebuildIndexes else { return }
    let clock = StageClock()
    defer { report.stages["indexes"] = clock.times }
    let table = try QualifiedTable(schema: dataset.destination.schema, table: dataset.destination.table)
    try await control.perform { connection in
      try IndexRebuild(run: run, dataset: dataset.name, table: table, on: connection).rebuild(patience.forLocks) {
        name in
        progress.begin(dataset.name, "making index \(name)", total: nil)
      }
    }
  }
}

extension DatasetReport {
  /// Records that gave way to others of their key are counted as filtered.
  fileprivate mutating func take(_ counts: PublishCounts) {
    inserted = counts.inserted
    updated = counts.updated
    unchanged = counts.unchanged
    deleted = counts.deleted
    repeated = counts.repeated
    loaded -= counts.repeated
    filtered += counts.repeated
  }
}
