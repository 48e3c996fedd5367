internal import Extract
internal import FoundationEssentials
internal import PipelineSpec

/// `run.json`: what was going to be done, with which sources, without any secret.
struct RunFile: Codable {
  var run: String
  var pipeline: String
  var file: String
  var instant: String
  /// The server without its password.
  var server: String
  var jobs: Int
  var onError: String
  var backup: Bool
  var verify: Bool
  var limits: ExtractLimits
  var datasets: [PlannedDataset]

  struct PlannedDataset: Codable {
    var dataset: String
    var table: String
    var mode: String
    var format: String
    var at: String
    var columns: [String: String]
    var source: SourceIdentity?
  }

  init(_ run: Run, _ id: String, _ now: String, _ datasets: [Dataset], server: String) {
    self.run = id
    pipeline = run.pipeline.name
    file = run.pipeline.file
    instant = now
    self.server = server
    jobs = run.options.jobs
    onError = run.options.onError.rawValue
    backup = run.options.backsUp
    verify = run.options.verifies
    limits = run.options.limits
    self.datasets = datasets.map { dataset in
      PlannedDataset(
        dataset: dataset.name, table: "\(dataset.schema).\(dataset.table)", mode: dataset.mode.rawValue,
        format: dataset.format.rawValue, at: dataset.at.description,
        columns: Dictionary(dataset.columns.map { ($0.name, $0.type.description) }) { first, _ in first },
        source: SourceIdentity(ofFileAt: dataset.file))
    }
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
