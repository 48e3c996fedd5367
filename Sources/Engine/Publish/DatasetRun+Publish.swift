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
    _ totals: Ledger.Totals, _ prepared: PreparedDataset, _ report: inout DatasetReport
  ) async throws {
    let clock = StageClock()
    defer { report.stages["publish"] = clock.times }
    do {
      let publisher = Publisher(
        context: context, prepared: prepared, totals: totals, deleted: DeletedRows(context, control.target))
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

  /// Ordinals of records that gave way to others of their key when the run of `row` published.
  func superseded(_ row: Ledger.RunRow?) async throws -> [Int64] {
    guard let row, dataset.destination.repeated != .error else { return [] }
    return try await control.perform { try Ledger.superseded(run: row.run, dataset: dataset.name, on: $0) }
  }

  /// Makes again the indexes that were dropped for the load.
  func rebuildIndexes(_ report: inout DatasetReport) async throws {
    guard dataset.destination.rebuildIndexes else { return }
    let clock = StageClock()
    defer { report.stages["indexes"] = clock.times }
    let table = try QualifiedTable(schema: dataset.destination.schema, table: dataset.destination.table)
    try await control.perform { connection in
      try IndexRebuild(run: run, dataset: dataset.name, table: table, on: connection).rebuild(context.patience.forLocks)
      {
        name in
        context.events.emit(.phase(RunPhase(dataset.name, "making index \(name)")))
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
