internal import Archive
internal import Databases
internal import Extract
internal import Load
internal import PipelineSpec
internal import Records
internal import RejectFiles
internal import Reports

/// What the slices of a dataset came to, once all are committed.
struct FlowedDataset: Codable, Sendable {
  /// Records that extract found, and bytes of the unpacked source.
  let records: Int64
  let bytes: Int64
  /// The rows that were loaded, by table, the dataset's own first.
  let tables: [RowSum]
  /// Of the source's bytes; nil without a backup.
  let sha256: String?
}

/// Loading the slices.
extension DatasetRun {
  /// Reads the source and commits its slices; backup and reject file are whole then.
  func flow(
    _ prepared: PreparedDataset, _ manifest: ManifestLog?, _ report: inout DatasetReport
  ) async throws -> FlowedDataset {
    let target = LoadTarget(target: control.target, claim: prepared.claim, shape: prepared.shapes.loaded)
    let files = PassFiles(context, manifest)
    let pass = SourcePass(
      context, try DatasetPlan(prepared.plan, of: dataset), .load(target, files), sources: prepared.sources)
    context.events.emit(.phase(RunPhase(dataset.name, "loading", total: inputSize)))
    do {
      try files.rejects.begin()
      try await control.holding { try await pass.flow() }
    } catch {
      report.take(pass.tally.counts, of: dataset)
      if dataset.destination.isStaged { report.published = false }
      // A commit whose answer was lost is in the ledger or not; nobody else knows.
      if let totals = stopped() {
        report.take(totals)
      } else {
        report.notes.append("what is committed is not known, as the server does not answer: sluice status asks again")
      }
      try? files.rejects.finish()
      throw error
    }
    let counts = pass.tally.counts
    report.take(counts, of: dataset)
    do {
      if let archive = counts.archive { try files.commits.close(archive) }
      try complete(files.rejects, counts)
    } catch {
      _ = stopped()
      throw error
    }
    return FlowedDataset(
      records: counts.found, bytes: counts.bytes, tables: counts.tables, sha256: counts.archive?.sha256?.description)
  }

  /// Adds the records that the server refused to the reject file, with their text read again from where it lies.
  private func complete(_ rejects: RejectLog, _ counts: DatasetTally.Counts) throws {
    guard !counts.refused.isEmpty, let folder = context.folder else { return try rejects.finish() }
    if let input = context.stages.input {
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
}
