internal import Archive
internal import Extract
internal import FoundationEssentials
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports

/// `run.json`: what was going to be done, with which sources, without any secret. Of a run that loads, what a resume needs
/// beside the ledger.
@dynamicMemberLookup
struct RunFile {
  private(set) var identity: Identity
  var settings: RunSettings

  /// What the run is, which a resume has to find again.
  struct Identity: Codable {
    var run: String
    var pipeline: String
    var file: String
    /// The run's `$now`.
    var instant: String
    /// The last stage, where that leaves a stage file; nil of a run that loads.
    var to: Stage?
    /// The server without its password; nil of a run that asks none.
    var server: String?
    /// The cluster's identity; nil where this role may not ask for it.
    var system: String?
    var database: String?
    var datasets: [PlannedDataset]
  }

  struct PlannedDataset: Codable {
    var dataset: String
    var table: String
    var mode: String
    var format: String
    var at: String
    var columns: [String: String]
    /// nil for standard input and for an optional file that was not there.
    var source: SourceIdentity?
  }

  init(
    _ run: Run, _ id: String, _ now: String, _ datasets: [Dataset], server: (place: String, facts: ServerFacts)? = nil
  ) {
    settings = run.options.settings
    identity = Identity(
      run: id, pipeline: run.pipeline.name, file: run.pipeline.file, instant: now,
      to: run.endsInStageFile ? run.options.last : nil, server: server?.place, system: server?.facts.systemIdentifier,
      database: server?.facts.database,
      datasets: datasets.map { dataset in
        PlannedDataset(
          dataset: dataset.name, table: dataset.place, mode: dataset.destination.mode.rawValue,
          format: dataset.source.format.rawValue, at: dataset.source.at.description,
          columns: Dictionary(dataset.columns.map { ($0.name, $0.type.description) }) { first, _ in first },
          source: SourceIdentity(ofFileAt: dataset.source.file))
      })
  }

  subscript<Value>(dynamicMember path: KeyPath<Identity, Value>) -> Value { identity[keyPath: path] }

  var json: String { get throws(RunStateError) { try ReportText.file(self, RunLayout.plan) } }

  /// Whether a run can have been asked for this: nothing near it is taken for what was edited or damaged.
  var isPlausible: Bool {
    settings.problem == nil && settings.replays?.kept.isCount ?? true
      && identity.datasets.allSatisfy { $0.source?.size.isCount ?? true }
  }

  /// What the run was asked for.
  var options: RunOptions {
    var options = RunOptions(settings)
    options.runID = identity.run
    options.datasets = identity.datasets.map(\.dataset)
    options.resumes = true
    return options
  }
}

/// Both parts are one object.
extension RunFile: Codable {
  init(from decoder: any Decoder) throws {
    identity = try Identity(from: decoder)
    settings = try RunSettings(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try identity.encode(to: encoder)
    try settings.encode(to: encoder)
  }
}
