internal import Archive
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import RejectFiles
internal import Reports

/// What a replay does of one dataset.
struct ReplayPart: Sendable {
  /// As the pipeline describes it now.
  let dataset: Dataset
  let layout: TableLayout
  private let file: RejectFile
  /// That of the original run.
  private let row: Ledger.RunRow
  private let bytes: Int64
  private(set) var unresolved = OrdinalSet()
  private var unresolvedCount = 0
  /// Records whose text nothing kept.
  private(set) var withoutText = 0
  /// Records that repeat the key of another one.
  private(set) var held = OrdinalSet()
  private(set) var heldCount = 0

  /// How many are loaded or set aside again.
  var count: Int { unresolvedCount - kept }
  /// How many stay set aside without being looked at.
  var kept: Int { withoutText + heldCount }
  /// The run's `$now`.
  var instant: String { row.instant }
  var sliceBytes: Int64 { row.sliceBytes }

  /// nil when no record is unresolved.
  init?(_ file: RejectFile, _ original: ReplayedRun, _ pipeline: Pipeline, _ control: Control) async throws {
    self.file = file
    let dataset = try original.dataset(file.dataset, of: pipeline)
    self.dataset = dataset
    let bytes = try original.bytes(of: dataset.name)
    self.bytes = bytes
    (row, layout) = try await control.perform { connection in
      let found = try Ledger.row(run: original.folder.id, dataset: dataset.name, on: connection)
      guard let row = found, row.isFinished, row.sliceBytes > 0 else {
        throw RunStateError(
          .state, "the ledger does not say that the run was finished", place: "dataset \(dataset.name)",
          remedy: "give the connection that the run was started with")
      }
      let totals = try Ledger.totals(run: row.run, dataset: dataset.name, on: connection)
      guard totals.lastByte == bytes, totals.slices == ReplayRecords.slices(of: bytes, each: row.sliceBytes) else {
        throw RunStateError(
          .state, "the run's report says that the source has \(bytes) bytes, the ledger \(totals.lastByte)",
          place: "dataset \(dataset.name)",
          remedy: "compare the run's files with \(RunLayout.checksums), or start a new run")
      }
      return (row, try ReplayCheck.layout(of: dataset, row, on: connection))
    }
    try survey()
    if unresolvedCount == 0 { return nil }
    try await control.perform { [row] connection in try row.checkIsLast(of: dataset, on: connection) }
  }

  private mutating func survey() throws {
    var rejects = try UnresolvedRejects(file, sliceBytes: sliceBytes)
    while let reject = try rejects.next() {
      unresolved.insert(reject.ordinal)
      unresolvedCount += 1
      if reject.record == nil { withoutText += 1 }
    }
  }

  /// Leaves records out.
  mutating func hold(_ ordinals: [Int64]) throws {
    for ordinal in ordinals { held.insert(ordinal) }
    var rejects = try UnresolvedRejects(file, sliceBytes: sliceBytes)
    while let reject = try rejects.next() {
      if held.contains(reject.ordinal), reject.record != nil { heldCount += 1 }
    }
  }

  /// Writes the records into the folder of the replay.
  func write(to folder: RunFolder, _ pipeline: Pipeline) throws {
    // Not the path of the source: rows that differ must not be looked for in there, where all the others are too.
    let source = StageHead.Source(
      path: RunLayout.rejects(of: dataset.name), size: bytes, modifiedSeconds: 0, modifiedNanoseconds: 0)
    let head = StageHead(
      kind: .records, stage: .extract, run: folder.id, pipeline: pipeline.name, dataset: dataset.name,
      plan: try PlanFingerprint(of: dataset, upTo: .extract).text, source: source, layout: nil, instant: instant,
      sliceBytes: sliceBytes)
    let output = try StageFile.kept(.records, of: dataset.name, in: folder).create()
    var records = try ReplayRecords(head, bytes: bytes, to: output, level: pipeline.backup.level)
    var rejects = try UnresolvedRejects(file, sliceBytes: sliceBytes)
    try records.write(&rejects, without: held)
  }
}
