internal import Archive
internal import Load
internal import PipelineSpec
internal import Records
internal import RejectFiles
internal import Reports

/// A finished run, whose rejects are to be loaded.
struct ReplayedRun: Sendable {
  let folder: RunFolder
  let file: RunFile
  let report: Report
  private let runs: String

  /// - Throws: `run.replay` when it is not finished, or a replay itself.
  init(_ run: String, in runs: String) throws {
    self.runs = runs
    folder = try RunFolder.named(run, in: runs)
    file = try Run.readLoadFile(folder)
    if let origin = file.settings.replays {
      throw EngineError(
        .replay, "this run is a replay itself: what it set aside is unresolved in run \(origin.run)", place: run,
        remedy: "sluice rejects replay \(origin.run)")
    }
    guard let report = try Report(in: folder), report.isComplete else {
      throw EngineError(
        .replay, "the run did not reach its end: what it sets aside is not known yet", place: run,
        remedy: "first: sluice resume \(run)")
    }
    self.report = report
  }

  /// The reject files of datasets of these names; of all when there are none.
  func rejects(_ names: [String]) throws -> [RejectFile] {
    for name in names where !file.datasets.contains(where: { $0.dataset == name }) {
      throw EngineError(
        .dataset, "the run has no dataset \(name)", place: folder.id,
        remedy: "it has " + file.datasets.map(\.dataset).joined(separator: ", "))
    }
    let files = try RejectFile.all(ofRun: folder.id, in: runs)
    return names.isEmpty ? files : files.filter { names.contains($0.dataset) }
  }

  /// The dataset as the pipeline describes it now.
  /// - Throws: `run.replay` when it reads its source in another way, so that records would be other ones.
  func dataset(_ name: String, of pipeline: Pipeline) throws(EngineError) -> Dataset {
    guard let planned = file.datasets.first(where: { $0.dataset == name }),
      let dataset = pipeline.datasets.first(where: { $0.name == name }), pipeline.name == file.pipeline
    else {
      throw EngineError(
        .replay, "the pipeline has no dataset \(name) any more", place: pipeline.file,
        remedy: "give the dataset and the pipeline their names back")
    }
    guard planned.format == dataset.source.format.rawValue, planned.at == dataset.source.at.description else {
      throw EngineError(
        .replay, "dataset \(name) reads its source in another way than the run did: records would be other ones",
        place: pipeline.file, remedy: "put from.format and from.at back, or start a new run")
    }
    return dataset
  }

  /// Bytes of the dataset's unpacked source.
  func bytes(of dataset: String) throws(RunStateError) -> Int64 {
    guard let part = report.datasets.first(where: { $0.dataset == dataset }) else {
      throw RunStateError(.state, "the report of the run does not name it", place: "dataset \(dataset)")
    }
    return part.bytes
  }
}
