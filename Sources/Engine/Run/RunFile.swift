internal import Extract
internal import FoundationEssentials
internal import PipelineSpec
internal import Postgres
internal import Records
internal import Reports

/// `run.json`: what was going to be done, with which sources, without any secret. What a resume needs beside the ledger.
struct RunFile: Codable {
  var run: String
  var pipeline: String
  var file: String
  /// The run's `$now`.
  var instant: String
  /// The server without its password.
  var server: String
  /// The cluster's identity; nil where this role may not ask for it.
  var system: String?
  var database: String
  var jobs: Int
  var onError: String
  var maxErrors: String?
  var maxDelete: String
  var allowUnlogged: Bool
  var allowPublished: Bool?
  var backup: Bool
  var verify: Bool
  /// The first stage, and the file that it reads where the user named one; nil: the source.
  var from: String?
  var input: String?
  var keepStages: Bool?
  /// The run whose rejects this one loads.
  var replays: ReplayOrigin?
  var limits: ExtractLimits
  var datasets: [PlannedDataset]

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

  static let name = "run.json"

  init(_ run: Run, _ id: String, _ now: String, _ datasets: [Dataset], server: String, _ facts: ServerFacts) {
    self.run = id
    pipeline = run.pipeline.name
    file = run.pipeline.file
    instant = now
    self.server = server
    system = facts.systemIdentifier
    database = facts.database
    jobs = run.options.jobs
    onError = run.options.onError.rawValue
    maxErrors = run.options.maxErrors?.description
    maxDelete = run.options.maxDelete.description
    allowUnlogged = run.options.allowsUnlogged
    if run.options.allowsPublished { allowPublished = true }
    backup = run.options.backsUp
    verify = run.options.verifies
    if run.options.first != .extract { from = run.options.first.rawValue }
    input = run.options.input
    keepStages = run.options.keepsStages
    replays = run.options.replays
    limits = run.options.limits
    self.datasets = datasets.map { dataset in
      PlannedDataset(
        dataset: dataset.name, table: dataset.place, mode: dataset.destination.mode.rawValue,
        format: dataset.source.format.rawValue, at: dataset.source.at.description,
        columns: Dictionary(dataset.columns.map { ($0.name, $0.type.description) }) { first, _ in first },
        source: SourceIdentity(ofFileAt: dataset.source.file))
    }
  }

  var json: String { get throws(RunStateError) { try ReportText.file(self, Self.name) } }

  /// Whether a run can have been asked for this: nothing near it is taken for what was edited or damaged.
  var isPlausible: Bool {
    OptionRanges.jobs.contains(jobs) && OptionRanges.recordBytes.contains(limits.recordBytes)
      && OptionRanges.depth.contains(limits.depth) && OptionRanges.sliceBytes.contains(limits.sliceBytes)
      && RunOptions.OnError(rawValue: onError) != nil && maxErrors.map { RunOptions.Limit($0) != nil } ?? true
      && RunOptions.Limit(maxDelete) != nil && from.map { Stage(rawValue: $0) != nil } ?? true
      && replays?.kept.isCount ?? true && datasets.allSatisfy { $0.source?.size.isCount ?? true }
  }

  /// What the run was asked for.
  var options: RunOptions {
    var options = RunOptions()
    options.runID = run
    options.datasets = datasets.map(\.dataset)
    options.jobs = jobs
    options.onError = RunOptions.OnError(rawValue: onError) ?? .stop
    options.maxErrors = maxErrors.flatMap { RunOptions.Limit($0) }
    options.maxDelete = RunOptions.Limit(maxDelete) ?? options.maxDelete
    options.allowsUnlogged = allowUnlogged
    options.allowsPublished = allowPublished ?? false
    options.backsUp = backup
    options.verifies = verify
    options.first = from.flatMap { Stage(rawValue: $0) } ?? .extract
    options.input = input
    options.keepsStages = keepStages ?? false
    options.replays = replays
    options.recordBytes = limits.recordBytes
    options.depth = limits.depth
    options.sliceBytes = limits.sliceBytes
    options.resumes = true
    return options
  }
}
