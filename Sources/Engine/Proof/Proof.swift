internal import Archive
internal import Databases
internal import Extract
internal import Load
internal import Logging
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports
internal import Verify

/// The comparison of one dataset's source with its table: sums first, and where they differ the search for the rows.
struct Proof: Sendable {
  let context: DatasetContext
  let target: DatabaseTarget
  let plan: DatasetPlan
  var share: ProvedRows
  /// Ordinals of records that the server refused when they were loaded.
  let refused: [Int64]
  /// Ordinals of records that gave way to others of their key.
  var superseded: [Int64] = []
  /// What the ledger says that the run read.
  var sources = Ledger.Sources()

  private static let listed = 100

  private var layout: TableLayout { plan.layout }
  private var dataset: Dataset { context.dataset }
  private var ignoresExtra: Bool { dataset.destination.mode.traits.merges }
  private var table: ActualSide { ActualSide(context: context, target: target, layout: layout) }

  /// - Parameter expected: what the loaded rows add up to.
  /// - Returns: the verdict; where it is that both sides differ, `search` finds the rows.
  func compare(with expected: (rows: Int, digest: RowDigest)) async throws -> Parity {
    context.events.emit(.phase(RunPhase(dataset.name, "verifying")))
    if ignoresExtra { return try await compareByKey(with: expected) }
    let actual = own(try await read(.sum))
    return Parity(
      mode: .strict, expected: .init(rows: expected.rows, digest: expected.digest),
      actual: .init(rows: actual.rows, digest: actual.digest), differences: [], counts: nil)
  }

  /// What a pass over the source says, and what it counted.
  typealias Reading = (side: ExpectedSide, counts: DatasetTally.Counts)

  /// Reads the source once more, as a run would, up to what it would load.
  func readSource(_ purpose: ExpectedSide.Purpose) async throws -> Reading {
    try await read(context.readingSource, purpose, sources)
  }

  /// Takes the sums from the digests of a file of rows instead.
  func readStageFile() async throws -> Reading { try await read(context, .buckets, Ledger.Sources()) }

  private func read(
    _ context: DatasetContext, _ purpose: ExpectedSide.Purpose, _ sources: Ledger.Sources
  ) async throws -> Reading {
    let side = ExpectedSide(purpose, refused: refused, superseded: superseded)
    let pass = SourcePass(context, plan, .compare(side), sources: sources)
    try await pass.flow()
    return (side, pass.tally.counts)
  }

  /// What the whole table has, whoever wrote it.
  func wholeTable() async throws -> (rows: Int, digest: RowDigest) {
    let whole = try await context.patience.attempt { try await table.read(.sum) }
    return (whole.rows, whole.digest)
  }

  /// Reads the rows that the run answers for.
  private func read(_ purpose: ActualSide.Purpose) async throws -> ActualSide.Result {
    let part: ActualSide.Rows =
      switch share {
      case .all: .all
      case .written(let writers): .written(writers.own)
      }
    return try await context.patience.attempt { try await table.read(purpose, of: part) }
  }

  private func own(_ found: ActualSide.Result) -> (rows: Int, digest: RowDigest) {
    guard case .all(let before) = share else { return (found.rows, found.digest) }
    var digest = found.digest
    digest &-= before.digest
    // A table may have lost rows since: no count is negative, and the digests differ all the same.
    return (max(0, found.rows - before.rows), digest)
  }

  /// An upsert's table has rows that the source does not name: they are found, and their sum taken off.
  private func compareByKey(with expected: (rows: Int, digest: RowDigest)) async throws -> Parity {
    let whole = try await table.read(.buckets)
    let found = try await rows(of: try await readSource(.buckets).side, whole, listing: 0)
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
    let spill = try DifferenceSpill(
      buckets: buckets, rows: rows, folder: context.folder?.path ?? context.temporaryFolder)
    _ = try await readSource(.differences(spill))
    switch share {
    case .all: _ = try await table.read(.differences(spill))
    case .written(let writers): _ = try await table.read(.differences(spill), of: .bySide(writers))
    }
    return try spill.compare(
      hasKey: !layout.key.isEmpty, listing: listing, listsExtra: knowsExtra)
  }

  /// Whether a row that the source does not name is the run's doing. What an upsert leaves in the table is as good as not there;
  /// and of an append without its transactions nobody can tell its rows from those of others.
  private var knowsExtra: Bool {
    if case .all = share { dataset.destination.mode.traits.ownsTable } else { true }
  }

  private var rowsBefore: Int {
    if case .all(let before) = share { before.rows } else { 0 }
  }

  /// What the search found.
  struct Findings {
    var differences: [Difference]
    var counts: DifferenceCounts
    /// Rows that are equal, and that others have written again since.
    var rewritten: Int
    /// Rows of the table that nobody can tell whose they are: the run's, or added by others since.
    var unknown: Int
  }

  /// Three passes over both sides: which buckets differ, which rows in them, and what those rows hold.
  func search() async throws -> Findings {
    guard !SourceInput.isPipe(context.readingSource.dataset.source.file) else {
      throw EngineError(.unverifiable, "the source was a pipe, which nobody can read again")
    }
    try context.stages.input?.checkSource(of: dataset)
    context.events.emit(.phase(RunPhase(dataset.name, "looking for the differences")))
    let source = try await readSource(.buckets).side
    let found = try await rows(of: source, try await read(.buckets), listing: Self.listed)
    let expected = ListedRows(found.listed.compactMap { entry in entry.expected.map { (entry.key, $0) } })
    let actual = ListedRows(found.listed.compactMap { entry in entry.actual.map { (entry.key, $0) } })
    _ = try await readSource(.listing(expected))
    _ = try await table.read(.listing(actual))
    let report = DifferenceReport(dataset: dataset.name, layout: layout, expected: expected, actual: actual)
    return Findings(
      differences: report.differences(found),
      counts: DifferenceCounts(missing: found.missing, extra: knowsExtra ? found.extra : 0, changed: found.changed),
      rewritten: found.rewritten, unknown: knowsExtra || ignoresExtra ? 0 : max(0, found.extra - rowsBefore))
  }
}
