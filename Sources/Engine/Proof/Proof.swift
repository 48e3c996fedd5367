internal import Archive
internal import Extract
internal import Logging
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Verify

/// The comparison of one dataset's source with its table: sums first, and where they differ the search for the rows.
struct Proof: Sendable {
  let dataset: DatasetRun
  let plan: DatasetPlan
  /// What the table had before an append.
  let before: (rows: Int, digest: RowDigest)
  /// Ordinals of records that the server refused when they were loaded.
  let refused: [Int64]
  /// Ordinals of records that gave way to others of their key.
  var superseded: [Int64] = []

  private static let listed = 100

  private var layout: TableLayout { plan.layout }

  /// What an upsert leaves in the table is as good as not there.
  private var ignoresExtra: Bool { dataset.dataset.mode == .upsert }

  private var table: ActualSide {
    ActualSide(
      target: dataset.target, run: dataset.run, layout: layout, jobs: dataset.options.jobs, progress: dataset.progress,
      logger: dataset.logger)
  }

  /// - Parameter expected: what the loaded rows add up to.
  /// - Returns: the verdict; where it is that both sides differ, `search` finds the rows.
  func compare(with expected: (rows: Int, digest: RowDigest)) async throws -> Parity {
    dataset.progress.begin(dataset.dataset.name, "verifying", total: nil)
    if ignoresExtra { return try await compareByKey(with: expected) }
    let actual = added(try await dataset.patience.attempt { try await table.read(.sum) })
    return Parity(
      mode: .strict, expected: .init(rows: expected.rows, digest: expected.digest),
      actual: .init(rows: actual.rows, digest: actual.digest), differences: [], counts: nil)
  }

  /// Reads the source once more, as a run would, up to what it would load.
  func readSource(_ purpose: ExpectedSide.Purpose, _ tally: DatasetTally = DatasetTally()) async throws -> ExpectedSide
  {
    let side = ExpectedSide(purpose, refused: refused, superseded: superseded)
    try await reader.stream(plan, .comparison(side), tally).flow()
    return side
  }

  /// Takes the sums from the digests of a file of rows instead.
  func readStageFile(_ tally: DatasetTally) async throws -> ExpectedSide {
    let side = ExpectedSide(.buckets, refused: refused, superseded: superseded)
    var reader = reader
    reader.stages = dataset.stages
    let fit = try dataset.stages.input?.fit(layout, dataset.dataset.columns)
    try await reader.stream(plan, .comparison(side), tally, fit: fit).flow()
    return side
  }

  /// A record that the run set aside is set aside again, whatever the budget. A pipe cannot be read again, but its backup
  /// can.
  private var reader: DatasetRun {
    var options = dataset.options
    options.onError = .reject
    options.maxErrors = nil
    var source = dataset.dataset
    if SourceInput.isPipe(source.file), let folder = dataset.folder, options.backsUp {
      source.file = "\(folder.path)/\(RunLayout.archive(of: source.name))"
      source.directory = nil
    }
    return DatasetRun(
      run: dataset.run, pipeline: dataset.pipeline, dataset: source, options: options, target: dataset.target,
      folder: nil, now: dataset.now, patience: dataset.patience, progress: dataset.progress, logger: dataset.logger)
  }

  private func added(_ whole: ActualSide.Result) -> (rows: Int, digest: RowDigest) {
    var digest = whole.digest
    digest &-= before.digest
    // A table may have lost rows since: no count is negative, and the digests differ all the same.
    return (max(0, whole.rows - before.rows), digest)
  }

  /// An upsert's table has rows that the source does not name: they are found, and their sum taken off.
  private func compareByKey(with expected: (rows: Int, digest: RowDigest)) async throws -> Parity {
    let whole = try await table.read(.buckets)
    let found = try await rows(of: try await readSource(.buckets), whole, listing: 0)
    var digest = whole.digest
    digest &-= found.extraDigest
    return Parity(
      mode: .strict, expected: .init(rows: expected.rows, digest: expected.digest),
      actual: .init(rows: whole.rows - found.extra, digest: digest), differences: [], counts: nil)
  }

  /// The rows that differ, in the buckets that do.
  private func rows(
    of source: ExpectedSide, _ whole: ActualSide.Result, listing: Int
  ) async throws -> FoundDifferences {
    let (buckets, rows) = source.buckets.differing(from: whole.buckets)
    let spill = try DifferenceSpill(buckets: buckets, rows: rows, folder: dataset.folder?.path ?? "/tmp")
    _ = try await readSource(.differences(spill))
    _ = try await table.read(.differences(spill))
    return try spill.compare(
      hasKey: !layout.key.isEmpty, listing: listing, listsExtra: before.rows == 0 && !ignoresExtra)
  }

  /// Three passes over both sides: which buckets differ, which rows in them, and what those rows hold.
  func search() async throws -> ([Difference], DifferenceCounts) {
    guard !SourceInput.isPipe(reader.dataset.file) else {
      throw EngineError(.unverifiable, "the source was a pipe, which nobody can read again")
    }
    try dataset.stages.input?.checkSource(of: dataset.dataset)
    dataset.progress.begin(dataset.dataset.name, "looking for the differences", total: nil)
    let source = try await readSource(.buckets)
    let found = try await rows(of: source, try await table.read(.buckets), listing: Self.listed)
    let expected = ListedRows(found.listed.compactMap { entry in entry.expected.map { (entry.key, $0) } })
    let actual = ListedRows(found.listed.compactMap { entry in entry.actual.map { (entry.key, $0) } })
    _ = try await readSource(.listing(expected))
    _ = try await table.read(.listing(actual))
    let report = DifferenceReport(dataset: dataset.dataset.name, layout: layout, expected: expected, actual: actual)
    // An append's table has rows from before, that the source does not name and nobody can tell from added ones: they
    // are not listed.
    let extra = ignoresExtra ? 0 : max(0, found.extra - before.rows)
    return (
      report.differences(found),
      DifferenceCounts(missing: found.missing, extra: extra, changed: found.changed)
    )
  }
}
