internal import Archive
internal import Databases
internal import Extract
internal import FlowControl
internal import Load
internal import Logging
internal import PipelineSpec
internal import Postgres
internal import Records
internal import RejectFiles
internal import Reports
internal import Transform
internal import Validate
internal import Verify

/// The stages of one dataset, the channels between them and the tasks they run in: the topology of a run.
///
/// Memory is what lies in the channels and with the stages: chunks of `limits.chunkBytes` with their index (about three
/// times that together), and slices of `limits.sliceBytes` of source as encoded rows, one with each loader, one in the
/// channel and one being put together. `StreamMemory` adds them up.
struct DatasetStream: Sendable {
  let pass: SourcePass
  let context: DatasetContext
  let tally: DatasetTally
  private let budget: ErrorBudget
  private let durable = DurableMark()

  private let chunks = BoundedChannel<BackupPiece>(capacity: StreamMemory.piecesWaiting)
  let batches = BoundedChannel<RecordBatch>(capacity: StreamMemory.batchesWaiting)
  let rows = BoundedChannel<RowBatch>(capacity: StreamMemory.batchesWaiting)
  private let slices = BoundedChannel<Slice>(capacity: StreamMemory.slicesWaiting)
  private let crew = LoaderCrew()

  init(_ pass: SourcePass) {
    self.pass = pass
    context = pass.context
    tally = pass.tally
    budget = ErrorBudget(pass.context.options, dataset: pass.context.dataset.name)
  }

  var dataset: Dataset { context.dataset }
  var options: RunOptions { context.options }
  var stages: StagePlan { context.stages }
  private var writesBackup: Bool { pass.folder != nil && options.backsUp }

  /// Runs all stages to their end.
  /// - Throws: the first failure; the others are cancelled and waited for.
  func flow() async throws {
    let cancellation = Cancellation()
    if !writesBackup { durable.advance(to: .max) }
    try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        do {
          try addTasks(to: &group, cancellation)
          for try await _ in group {}
        } catch {
          cancellation.cancel()
          group.cancelAll()
          throw error
        }
      }
    } onCancel: {
      cancellation.cancel()
    }
  }

  private func addTasks(
    to group: inout ThrowingTaskGroup<Void, any Error>, _ cancellation: Cancellation
  ) throws(EngineError) {
    group.addTask(executorPreference: try OwnThread.start()) { try await extract() }
    if writesBackup { group.addTask(executorPreference: try OwnThread.start()) { try await backUp() } }
    if stages.includes(.transform) || stages.last == .extract {
      group.addTask(executorPreference: try OwnThread.start()) { try await transform() }
    }
    group.addTask(executorPreference: try OwnThread.start()) { try await validate() }
    switch pass.purpose {
    case .load(let target, let files):
      for _ in 0..<options.jobs {
        group.addTask(executorPreference: try OwnThread.start()) { try await load(into: target, files, cancellation) }
      }
    case .compare(let side): group.addTask { try await compare(with: side) }
    case .stage, .check, .findRepeatedKeys: group.addTask { try await discard() }
    }
  }

  private func extract() async throws {
    if let file = stages.input { return try await readStageFile(file) }
    do {
      try await readSource()
    } catch let error as ExtractError {
      // A source that nobody waits for any more is not at fault.
      try Task.checkCancellation()
      throw error
    }
  }

  private func readSource() async throws {
    var clock = StageClock()
    let writer = try recordsWriter()
    defer { writer?.discard() }
    func send(_ batch: RecordBatch) async throws {
      try writer?.append(batch)
      if stages.last != .extract { try await clock.wait { try await batches.send(batch) } }
    }
    if dataset.source.isOptional, !SourceInput.exists(dataset.source.file) {
      try await send(.empty)
    } else {
      let input = try SourceInput(dataset.source)
      let reader = RecordReader(
        input, source: dataset.source, limits: options.limits, setsMalformedAside: options.onError == .reject,
        pool: StreamMemory.chunks(options))
      var bytes: Int64 = 0
      var sums = pass.takesSums ? SliceSums(pass.sources, options.limits.sliceBytes, file: dataset.source.file) : nil
      while let portion = try reader.next() {
        // What is unpacked may be blanks for hours, of which nobody hears.
        try Task.checkCancellation()
        bytes = portion.chunk.freshRange.upperBound
        // Another source is told here, where the slice is known, before the backup compares its frames.
        sums?.add(portion.chunk)
        var parts = portion.batches
        for i in parts.indices where parts[i].closesSlice { parts[i].sliceSHA256 = try sums?.close(parts[i].slice) }
        if writesBackup { try await clock.wait { try await chunks.send(BackupPiece(portion)) } }
        for batch in parts { try await send(batch) }
        context.events.emit(.read(fileBytes: input.consumed, bytes: bytes))
        context.events.emit(.waited(.extract, seconds: clock.waiting.inSeconds))
      }
      try sums?.finish()
      tally.extracted(records: reader.records, bytes: bytes)
    }
    try writer?.finish(foot)
    chunks.finish()
    batches.finish()
    tally.ended("extract", clock)
  }

  private func backUp() async throws {
    guard let folder = pass.folder, let commits = pass.files?.commits else { return }
    var clock = StageClock()
    let writer = try commits.writer(
      in: folder, level: context.pipeline.backup.level, sliceBytes: options.limits.sliceBytes, resumes: options.resumes)
    do {
      while let piece = try await clock.wait({ try await chunks.receive() }) {
        var frames: [Frame] = []
        // At zstd's highest level a frame takes seconds, and a large record has many.
        for start in stride(from: piece.chunk.fresh.lowerBound, to: piece.chunk.fresh.upperBound, by: 1 << 20) {
          try Task.checkCancellation()
          let part = start..<min(start + 1 << 20, piece.chunk.fresh.upperBound)
          frames += try writer.append(UnsafeRawBufferPointer(rebasing: piece.chunk.bytes[part]))
        }
        if piece.endsFrame, let frame = try writer.endFrame() { frames.append(frame) }
        if let last = frames.last {
          try commits.durable(frames)
          durable.advance(to: last.raw.upperBound)
        }
      }
      let (lastFrame, summary) = try writer.finish()
      try commits.durable(lastFrame.map { [$0] } ?? [])
      durable.advance(to: .max)
      tally.archived(summary)
    } catch {
      writer.abandon()
      throw error
    }
    tally.ended("backup", clock)
  }

  private func transform() async throws {
    var clock = StageClock()
    let (plan, now) = (pass.plan, context.instant)
    let filter = RecordFilter(plan.filters)
    var transformer = Transformer(
      dataset: dataset, layout: plan.layout, now: now, depthLimit: options.limits.depth,
      filterPlaces: plan.filters.places, pool: StreamMemory.rows(options))
    let digest = SourceDigest(layout: plan.layout)
    var compared = pass.expectedSide.map { ComparedDigest(dataset, layout: plan.layout, now: now, $0) }
    // A replay reads some records only, which need not be like the others.
    let isWhole = options.replays == nil
    var gate = FoundGate(dataset, isChecked: isWhole)
    while let batch = try await clock.wait({ try await batches.receive() }) {
      var encoded = try transformer.transform(batch, leavingOut: filter.leavesOut)
      if compared != nil {
        try compared?.digest(&encoded, of: batch, by: transformer)
      } else {
        digest.digest(&encoded, of: batch, by: transformer)
      }
      for ready in try gate.pass(encoded, transformer.findings) { try await clock.wait { try await rows.send(ready) } }
      context.events.emit(.waited(.transform, seconds: clock.waiting.inSeconds))
    }
    if isWhole { tally.transformed(transformer.findings) }
    for ready in try gate.finish(transformer.findings) { try await clock.wait { try await rows.send(ready) } }
    rows.finish()
    tally.ended("transform", clock)
  }

  private func validate() async throws {
    var clock = StageClock()
    let validator =
      stages.includes(.validate)
      ? Validator(pass.plan.rules, spillFolder: pass.folder?.path ?? pass.context.temporaryFolder) : nil
    var assembler = SliceAssembler(sliceBytes: options.limits.sliceBytes)
    var texts = stages.input.map { RecordTexts($0.head, dataset, pass.folder) }
    let writer = try rowsWriter()
    defer { writer?.discard() }
    while var batch = try await clock.wait({ try await rows.receive() }) {
      pass.plan.fit?.fit(&batch)
      try validator?.validate(&batch)
      try texts?.complete(&batch.rejections)
      try writer?.append(batch)
      try pass.refuse(batch.rejections)
      try budget.admit(batch.rejections, read: batch.read)
      for i in batch.rejections.indices { (batch.rejections[i].raw, batch.rejections[i].row) = (nil, nil) }
      tally.validated(batch)
      context.events.emit(.judged(rejected: batch.rejections.count, warnings: batch.warningCount))
      context.events.emit(.waited(.validate, seconds: clock.waiting.inSeconds))
      if let slice = assembler.add(batch) { try await clock.wait { try await slices.send(slice) } }
    }
    try budget.close()
    try writer?.finish(foot)
    slices.finish()
    tally.ended("validate", clock)
  }

  private func discard() async throws {
    while let slice = try await slices.receive() { count(slice) }
  }

  private func compare(with side: ExpectedSide) async throws {
    while let slice = try await slices.receive() {
      count(slice, without: try side.take(slice))
    }
  }

  /// - Parameter left: how many of its rows the server had refused, and how many gave way to others.
  private func count(_ slice: Slice, without left: (refused: Int, superseded: Int) = (0, 0)) {
    var outcome = SliceLoader.Outcome(slice)
    outcome.loaded -= left.refused + left.superseded
    outcome.rejected += left.refused
    outcome.filtered += left.superseded
    tally.committed(outcome)
    context.events.emit(.passed(rows: outcome.loaded))
  }

  private func load(into target: LoadTarget, _ files: PassFiles, _ cancellation: Cancellation) async throws {
    var clock = StageClock()
    guard let session = try await enlist(target, cancellation) else { return }
    while let slice = try await clock.wait({ try await slices.receive() }) {
      let outcome = try await load(slice, session, &clock)
      tally.committed(outcome)
      try files.commits.committed(outcome.range)
      context.events.emit(.committed(rows: outcome.loaded, rejected: outcome.refused.count))
      context.events.emit(.waited(.load, seconds: clock.waiting.inSeconds))
    }
    tally.ended("load", clock)
  }

  /// - Returns: nil when the server has no connection left and others load already.
  private func enlist(_ target: LoadTarget, _ cancellation: Cancellation) async throws -> LoadSession? {
    func isCrowded(_ error: any Error) -> Bool {
      (error as? PostgresError)?.kind == .tooManyConnections && crew.isManned
    }
    do {
      let session = try await context.patience.attempt(while: { RetryPolicy.isTransient($0) && !isCrowded($0) }) {
        try LoadSession(
          target, context, layout: pass.plan.layout,
          staging: dataset.destination.isStaged ? StagingTable(run: context.run, of: dataset.table) : nil, cancellation)
      }
      crew.join()
      return session
    } catch  where isCrowded(error) {
      context.events.warn("the server has no more connections: loading over fewer than \(options.jobs)")
      return nil
    }
  }

  /// Loads a slice, again after failures that pass. Whether an attempt was committed whose answer was lost, the ledger
  /// says to the next one.
  private func load(_ slice: Slice, _ session: LoadSession, _ clock: inout StageClock) async throws
    -> SliceLoader.Outcome
  {
    var admitted = 0
    return try await context.patience.attempt {
      do {
        let loader = try session.loader()
        let outcome = try loader.stage(slice)
        try budget.admit(Array(outcome.refused.dropFirst(admitted)), read: 0)
        admitted = max(admitted, outcome.refused.count)
        // Also of what is committed already the source has to be seen again first.
        try await clock.wait { try await durable.wait(for: slice.lastByte) }
        if !outcome.wasCommitted { try loader.commit() }
        return outcome
      } catch {
        throw session.explained(error)
      }
    }
  }
}

/// A chunk for the backup.
///
/// A loader holds its slice until the backup has it whole, and while it does so only a few slices more find room. So a
/// frame is no larger than a slice, and it ends with a chunk that closes several.
private struct BackupPiece: Sendable {
  var chunk: Chunk
  var endsFrame: Bool

  init(_ portion: RecordReader.Portion) {
    chunk = portion.chunk
    endsFrame = portion.batches.count(where: \.closesSlice) > 1
  }
}

extension RecordBatch {
  /// The one batch of a source that is not there.
  fileprivate static var empty: RecordBatch {
    RecordBatch(chunk: .empty(), records: [], firstOrdinal: 0, slice: 0, closesSlice: true)
  }
}
