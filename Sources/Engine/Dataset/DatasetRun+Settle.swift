internal import Archive
internal import Load
internal import PipelineSpec
internal import Records
internal import Reports

/// What follows the last slice and comes before the comparison with the source.
extension DatasetRun {
  /// Closes the balance, publishes or makes indexes again, gathers statistics. A staged dataset is proved by that.
  /// - Returns: what the ledger has of the dataset.
  func settle(
    _ flowed: FlowedDataset, _ prepared: PreparedDataset, _ report: inout DatasetReport
  ) async throws -> Ledger.Totals {
    let totals = try await control.perform { try Ledger.totals(run: run, dataset: dataset.name, on: $0) }
    try closeBalance(totals, flowed)
    report.parity = Parity(
      mode: .unverified, expected: .init(rows: totals.own.rows, digest: totals.own.digest), actual: nil,
      differences: [], counts: nil)
    if dataset.destination.isStaged {
      report.published = false
      try await publish(totals, prepared, &report)
      report.published = true
    } else {
      try await rebuildIndexes(&report)
    }
    try await keepUp(&report)
    return totals
  }

  /// Every record is accounted for, by the ledger and by what extract counted; and every row of those that are loaded, by the
  /// ledger and by what was encoded.
  private func closeBalance(_ totals: Ledger.Totals, _ flowed: FlowedDataset) throws {
    let accounted = totals.loaded + totals.rejected + totals.filtered
    guard totals.read == accounted, Int64(totals.read) == flowed.records else {
      throw EngineError(
        .balance,
        "\(flowed.records) records were read; the ledger accounts for \(accounted) of \(totals.read)",
        place: "dataset \(dataset.name)", remedy: "do not use the table; keep the run's folder and report this")
    }
    let own = flowed.tables.first ?? RowSum()
    guard own == totals.own, flowed.tables.count == totals.tables.count else {
      throw EngineError(
        .balance,
        "\(own.rows) rows with digest \(own.digest) were loaded; the ledger has \(totals.own.rows) with \(totals.own.digest)",
        place: "dataset \(dataset.name)", remedy: "do not use the table; keep the run's folder and report this")
    }
    guard totals.isContiguous, totals.lastByte == flowed.bytes else {
      throw EngineError(
        .balance, "the committed slices do not cover the source: \(totals.lastByte) of \(flowed.bytes) bytes",
        place: "dataset \(dataset.name)", remedy: "do not use the table; keep the run's folder and report this")
    }
  }
}
