internal import Archive
internal import Extract
internal import FlowControl
internal import PipelineSpec
internal import Records
internal import Reports

extension DatasetStream {
  // MARK: - Reading

  /// The stage file's content takes the place of what the stages before it would have sent.
  func readStageFile(_ source: StageSource) async throws {
    var clock = StageClock()
    switch source.reader {
    case .records(let reader): try await readRecords(reader, &clock)
    case .rows(let reader): try await readRows(reader, &clock)
    }
    tally.ended("extract", clock)
  }

  private func readRecords(_ reader: RecordsFileReader, _ clock: inout StageClock) async throws {
    var restorer = RecordRestorer(
      file: reader.name, format: dataset.source.format, depthLimit: options.limits.depth,
      pool: StreamMemory.chunks(options))
    var records: Int64 = 0
    while let saved = try reader.next() {
      records += Int64(saved.places.count)
      for batch in try restorer.restore(saved) { try await clock.wait { try await batches.send(batch) } }
      context.events.emit(.read(fileBytes: reader.position, bytes: saved.readTo))
      context.events.emit(.waited(.extract, seconds: clock.waiting.inSeconds))
    }
    guard let foot = reader.foot, foot.found == records else {
      throw StageFileError(.damaged, "its foot counts other records than it has", file: reader.name)
    }
    tally.extracted(records: foot.found, bytes: foot.bytes)
    batches.finish()
  }

  private func readRows(_ reader: RowsFileReader, _ clock: inout StageClock) async throws {
    var records: Int64 = 0
    while var batch = try reader.next() {
      records += Int64(batch.read)
      let readTo = batch.readTo
      if stages.includes(.validate) {
        // Said again by the rules that run now.
        batch.warnings = []
        batch.warningCount = 0
      }
      try await clock.wait { try await rows.send(batch) }
      context.events.emit(.read(fileBytes: reader.position, bytes: readTo))
      context.events.emit(.waited(.extract, seconds: clock.waiting.inSeconds))
    }
    guard let foot = reader.foot, foot.found == records else {
      throw StageFileError(.damaged, "its foot counts other records than it has", file: reader.name)
    }
    tally.extracted(records: foot.found, bytes: foot.bytes)
    batches.finish()
    rows.finish()
  }

  // MARK: - Writing

  /// Begins the file of records, where one is wanted.
  func recordsWriter() throws -> RecordsFileWriter? {
    guard let file = stages.records else { return nil }
    return try RecordsFileWriter(head(.records, .extract), to: file.create(), level: context.pipeline.backup.level)
  }

  /// Begins the file of rows, where one is wanted.
  func rowsWriter() throws -> RowsFileWriter? {
    guard let file = stages.rows else { return nil }
    return try RowsFileWriter(head(.rows, stages.rowsStage), to: file.create(), level: context.pipeline.backup.level)
  }

  /// What the file's foot says once everything was read.
  var foot: StageFoot {
    let counts = tally.counts
    return StageFoot(found: counts.found, bytes: counts.bytes)
  }

  private func head(_ kind: StageHead.Kind, _ stage: Stage) throws -> StageHead {
    let source = stages.input?.head.source ?? SourceIdentity(ofFileAt: dataset.source.file).map(StageHead.Source.init)
    return StageHead(
      kind: kind, stage: stage, run: context.run, pipeline: context.pipeline.name, dataset: dataset.name,
      plan: try PlanFingerprint(of: dataset, upTo: stage).text, source: source,
      layout: kind == .rows ? pass.plan.layout : nil, instant: context.instant,
      sliceBytes: options.limits.sliceBytes)
  }
}

extension StageHead.Source {
  init(_ identity: SourceIdentity) {
    self.init(
      path: identity.path, size: identity.size, modifiedSeconds: identity.modifiedSeconds,
      modifiedNanoseconds: identity.modifiedNanoseconds)
  }
}
