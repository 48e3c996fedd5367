internal import Archive
internal import Extract
internal import Load
internal import PipelineSpec
internal import Records
internal import Transform

/// An opened stage file, from which a stream takes what it would have taken from the source.
///
/// Sendable because one task after the other reads it: first the one that checks its head, then the stream's first.
final class StageSource: @unchecked Sendable {
  enum Reader {
    case records(RecordsFileReader)
    case rows(RowsFileReader)
  }

  let reader: Reader
  let head: StageHead

  init(_ file: StageFile, _ kind: StageHead.Kind) throws {
    switch kind {
    case .records:
      let reader = try RecordsFileReader(file.open())
      head = reader.head
      self.reader = .records(reader)
    case .rows:
      let reader = try RowsFileReader(file.open())
      head = reader.head
      self.reader = .rows(reader)
    }
  }

  var name: String {
    switch reader {
    case .records(let reader): reader.name
    case .rows(let reader): reader.name
    }
  }

  /// The bytes of the file; nil for a pipe.
  var size: Int64? {
    switch reader {
    case .records(let reader): reader.size
    case .rows(let reader): reader.size
    }
  }

  /// Refuses a file that another pipeline made, another dataset, or another version of this one.
  /// - Parameter stage: the one that is to read it.
  func check(_ pipeline: Pipeline, _ dataset: Dataset, for stage: Stage) throws {
    guard head.pipeline == pipeline.name, head.dataset == dataset.name else {
      throw foreign(
        "it is of dataset \(head.dataset) of pipeline \(head.pipeline), not of \(dataset.name) of \(pipeline.name)")
    }
    guard try head.plan == PlanFingerprint(of: dataset, upTo: head.stage).text else {
      throw foreign(
        "it was made when dataset \(dataset.name) said something else, or by another version of Sluice: records would come out "
          + "differently")
    }
    guard stage != .load && stage != .verify || head.stage == .validate else {
      throw StageFileError(
        .foreign, "its rows were not validated yet", file: name,
        remedy: "run `sluice validate` first, or `sluice run --from validate`")
    }
  }

  /// The layout of its rows; nil for records.
  /// - Throws: where such rows cannot be loaded into the table.
  func rows(for table: TableLayout) throws(StageFileError) -> TableLayout? {
    guard case .rows(let reader) = reader else { return nil }
    let misfits = TableFit.misfits(file: reader.layout, table: table)
    guard misfits.isEmpty else {
      throw foreign("its rows do not fit the table: " + misfits.joined(separator: "; "))
    }
    return reader.layout
  }

  /// Refuses to look for rows in a source that is not the one the file came from.
  func checkSource(of dataset: Dataset) throws(StageFileError) {
    guard head.source == SourceIdentity(ofFileAt: dataset.source.file).map(StageHead.Source.init) else {
      throw foreign("the source is not the one that it was made from any more, so that rows cannot be named")
    }
  }

  private func foreign(_ why: String) -> StageFileError { StageFileError(.foreign, why, file: name) }
}
