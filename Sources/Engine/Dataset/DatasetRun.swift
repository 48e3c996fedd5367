internal import Archive
internal import Databases
internal import Extract
internal import Load
internal import Logging
internal import PipelineSpec
internal import Postgres
internal import Records
internal import RejectFiles
internal import Reports
internal import Transform
internal import Verify

/// One dataset of a run, from its source to its verdict.
struct DatasetRun: Sendable {
  let run: String
  let pipeline: Pipeline
  let dataset: Dataset
  let options: RunOptions
  let target: DatabaseTarget
  /// nil for what writes nothing.
  let folder: RunFolder?
  let now: String
  let patience: RetryPolicy
  let progress: Progress
  let logger: Logger
  var stages = StagePlan.whole
  /// What was planned before the run was begun; nil where an earlier attempt has begun, and for what loads nothing.
  var plan: DatasetPlan?

  var place: String { dataset.place }

  /// Loads the dataset and verifies it, and notes in `report` how far that came, also when it throws. What an earlier
  /// attempt finished is only reported.
  func load(_ report: inout DatasetReport, control: Control, manifest: ManifestLog?) async throws {
    if let finished = try await finished(control) {
      report = finished
      return
    }
    let start = ContinuousClock.now
    defer { report.seconds = (ContinuousClock.now - start).inSeconds }
    let claim = options.isDryRun ? nil : try await control.claim(place)
    let prepared = try await prepare(control, manifest)
    if dataset.destination.mode == .replace, !dataset.destination.isStaged, !options.isDryRun { report.emptied = true }
    let fit = try stages.input?.fit(prepared.layout, dataset.columns)
    let description = try await control.perform { try TargetTable.describe(dataset.table, on: $0, creating: .none) }
    report.uncompared = description.map { uncompared($0) } ?? []
    report.notes = description.map { notes(on: $0) } ?? []
    let tally = DatasetTally()
    progress.begin(
      dataset.name, options.isDryRun ? "checking" : "loading",
      total: stages.input?.size ?? SourceInput.size(ofFileAt: dataset.source.file))
    let commits = CommitLog(archive: archive, manifest: manifest)
    let collector = RejectCollector()
    let rejects =
      options.isDryRun
      ? RejectLog(nil, dataset: dataset.name) { collector.add($0) } : RejectLog(folder, dataset: dataset.name)
    defer { report.rejects = collector.report }
    let destination = options.isDryRun ? DatasetStream.Destination.nowhere : .database(target)
    do {
      try rejects.begin()
      let stream = stream(
        prepared.plan, destination, tally, rejects, commits, claim, prepared.shapes?.loaded, fit: fit
      ).comparing(with: options.resumes ? try await sources(control) : Ledger.Sources())
      try await control.holding { try await stream.flow() }
    } catch {
      report.take(tally.counts, of: dataset)
      if dataset.destination.isStaged { report.published = false }
      // A commit whose answer was lost is in the ledger or not; nobody else knows.
      if !options.isDryRun {
        if let totals = stopped(control) {
          report.take(totals)
        } else {
          report.notes.append("what is committed is not known, as the server does not answer: sluice status asks again")
        }
      }
      try? rejects.finish()
      throw error
    }
    report.take(tally.counts, of: dataset)
    if options.isDryRun { return }
    do {
      if let archive = tally.counts.archive { try commits.close(archive) }
      try complete(rejects, tally.counts)
      try await settle(tally.counts, prepared, claim, control, &report)
    } catch {
      _ = stopped(control)
      throw error
    }
    report.seconds = (ContinuousClock.now - start).inSeconds
    let (outcome, json) = (options.verifies ? "verified" : "loaded", try report.json)
    try await control.perform { connection in
      try Ledger.finish(
        run: run, dataset: dataset.name, outcome: outcome,
        source: (tally.counts.bytes, tally.counts.archive?.sha256?.description), report: json, on: connection)
    }
  }

  /// After the last slice: the balance, publishing or indexes, statistics, and the comparison with the source.
  private func settle(
    _ counts: DatasetTally.Counts, _ prepared: Prepared, _ claim: TableClaim?, _ control: Control,
    _ report: inout DatasetReport
  ) async throws {
    let totals = try await control.perform { try Ledger.totals(run: run, dataset: dataset.name, on: $0) }
    try closeBalance(totals, counts)
    report.parity = Parity(
      mode: .unverified, expected: .init(rows: totals.loaded, digest: totals.digest), actual: nil, differences: [],
      counts: nil)
    if dataset.destination.isStaged {
      report.published = false
      try await publish(totals, prepared, claim, control, &report)
      report.published = true
      try await keepUp(control, &report)
    } else {
      try await rebuildIndexes(control, &report)
      try await keepUp(control, &report)
      if options.verifies { try await verify(totals, prepared.plan, control, &report) }
    }
  }

  var archive: String { RunLayout.archive(of: dataset.name) }

  /// What an earlier attempt of the run reported of the dataset when it was done with it.
  private func finished(_ control: Control) async throws -> DatasetReport? {
    guard options.resumes else { return nil }
    let row = try await control.perform { try Ledger.row(run: run, dataset: dataset.name, on: $0) }
    guard let row, row.isFinished, let json = row.report else { return nil }
    guard var report = DatasetReport(json: json) else {
      throw LoadError.damaged("runs", "run \(run), dataset \(dataset.name)", "report is none that a run has written")
    }
    // A ledger holds data and no commands.
    report.restore = try await control.perform { try restoring(on: $0) }
    return report
  }

  /// What an earlier attempt of the run read for the slices that are committed.
  private func sources(_ control: Control) async throws -> Ledger.Sources {
    try await control.perform { connection in
      try Ledger.row(run: run, dataset: dataset.name, on: connection)
        .map { try Ledger.sources(of: $0, on: connection) } ?? Ledger.Sources()
    }
  }

  /// Notes in the ledger that the run stopped here.
  /// - Returns: what is committed; nil when the server does not say so.
  private func stopped(_ control: Control) -> Ledger.Totals? {
    control.afterwards { connection in
      let totals = try Ledger.totals(run: run, dataset: dataset.name, on: connection)
      let outcome = Task.isCancelled ? RunOutcome.interrupted : .failed
      // Somebody may have the ledger's table locked; what is committed is known all the same.
      try? Ledger.stop(run: run, dataset: dataset.name, outcome: outcome.rawValue, on: connection)
      return totals
    }
  }

  /// Compares the table with the source, without loading anything.
  func verify(_ report: inout DatasetReport, control: Control, row: Ledger.RunRow?) async throws {
    let start = ContinuousClock.now
    defer { report.seconds = (ContinuousClock.now - start).inSeconds }
    let plan = try await control.perform { try planForComparison($0) }
    if let table = try await control.perform({ try TargetTable.describe(dataset.table, on: $0, creating: .none) }) {
      report.uncompared = uncompared(table)
      report.notes = notes(on: table)
    }
    let refused = try await control.perform { connection in
      try row.map { try Ledger.refused(run: $0.run, dataset: dataset.name, on: connection) } ?? []
    }
    let superseded = try await superseded(row, control)
    var proof = Proof(
      dataset: self, plan: plan, share: try await provedRows(row, control), refused: refused, superseded: superseded)
    if let row, stages.input == nil {
      proof.sources = try await control.perform { try Ledger.sources(of: row, on: $0) }
    }
    let tally = DatasetTally()
    let expected: ExpectedSide
    if let input = stages.input {
      progress.begin(dataset.name, "reading the stage file", total: input.size)
      expected = try await proof.readStageFile(tally)
    } else {
      progress.begin(dataset.name, "reading the source", total: SourceInput.size(ofFileAt: dataset.source.file))
      expected = try await proof.readSource(.buckets, tally)
    }
    report.take(tally.counts, of: dataset)
    try await conclude(proof, row, expected.sum, control, &report)
  }

  private func uncompared(_ table: TableDescription) -> [String] {
    table.columns.map(\.name).filter { name in !dataset.columns.contains { $0.name == name } }
  }

  private func notes(on table: TableDescription) -> [String] {
    if table.children.isEmpty { return [] }
    return [
      "tables inherit from \(place) (\(table.children.joined(separator: ", "))): their rows are not loaded, compared or "
        + "deleted, and a key that one of them has is loaded again"
    ]
  }

  // MARK: - The stream

  func stream(
    _ plan: DatasetPlan, _ destination: DatasetStream.Destination, _ tally: DatasetTally,
    _ rejects: RejectLog? = nil, _ commits: CommitLog? = nil, _ claim: TableClaim? = nil,
    _ shape: TableShape? = nil, fit: TableFit? = nil
  ) -> DatasetStream {
    DatasetStream(
      run: run, pipeline: pipeline, dataset: dataset, plan: plan, options: options, destination: destination,
      folder: destination.writes ? folder : nil, now: now, tally: tally,
      budget: ErrorBudget(options, dataset: dataset.name), rejects: rejects ?? RejectLog(nil, dataset: dataset.name),
      commits: commits ?? CommitLog(archive: "", manifest: nil), durable: DurableMark(), claim: claim, shape: shape,
      patience: patience, progress: progress, logger: logger,
      stages: stages.fitting(fit))
  }

  // MARK: - After the last slice

  /// Adds the records that the server refused to the reject file, with their text read again from where it lies.
  private func complete(_ rejects: RejectLog, _ counts: DatasetTally.Counts) throws {
    guard !counts.refused.isEmpty, let folder else { return try rejects.finish() }
    if let input = stages.input {
      var refused = counts.refused
      var texts = RecordTexts(input.head, dataset, folder)
      try texts.complete(&refused)
      try rejects.append(refused.sorted { $0.position.ordinal < $1.position.ordinal })
      return try rejects.finish()
    }
    var fetcher = try RecordFetcher(dataset: dataset, folder: folder, hasBackup: counts.archive != nil)
    let rejections = try counts.refused.sorted { $0.position.ordinal < $1.position.ordinal }.map { rejection in
      var rejection = rejection
      if let record = try fetcher.fetch(rejection.position) { (rejection.raw, rejection.line) = record }
      return rejection
    }
    try rejects.append(rejections)
    try rejects.finish()
  }

  /// Every record is accounted for, by the ledger and by what extract counted.
  private func closeBalance(_ totals: Ledger.Totals, _ counts: DatasetTally.Counts) throws {
    let accounted = totals.loaded + totals.rejected + totals.filtered
    guard totals.read == accounted, Int64(totals.read) == counts.found else {
      throw EngineError(
        .balance,
        "\(counts.found) records were read; the ledger accounts for \(accounted) of \(totals.read)",
        place: "dataset \(dataset.name)", remedy: "do not use the table; keep the run's folder and report this")
    }
    guard totals.isContiguous, totals.lastByte == counts.bytes else {
      throw EngineError(
        .balance, "the committed slices do not cover the source: \(totals.lastByte) of \(counts.bytes) bytes",
        place: "dataset \(dataset.name)", remedy: "do not use the table; keep the run's folder and report this")
    }
  }
}

extension DatasetReport {
  /// What is committed, by the ledger.
  mutating func take(_ totals: Ledger.Totals) {
    bytes = totals.wholeUpTo
    read = totals.read
    loaded = totals.loaded
    rejected = totals.rejected
    filtered = totals.filtered
  }

  mutating func take(_ counts: DatasetTally.Counts, of dataset: Dataset) {
    if let findings = counts.findings { take(findings, of: dataset) }
    bytes = counts.bytes
    sha256 = counts.archive?.sha256?.description
    read = counts.read
    loaded = counts.loaded
    rejected = counts.rejected
    filtered = counts.filtered
    warnings = counts.warnings
    changed = counts.changed
    stages = counts.stages
    warningExamples = counts.warningExamples.map {
      Warning(
        rule: $0.code, record: $0.position.ordinal, offset: $0.position.offset, pointer: $0.pointer, reason: $0.reason)
    }
  }
}

extension DatasetStream.Destination {
  /// Whether rejects and backup are written.
  fileprivate var writes: Bool {
    if case .database = self { true } else { false }
  }
}
