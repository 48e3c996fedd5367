import Engine
import Foundation
import PipelineSpec
import Reports
import TestSupport

extension Workbench {
  var options: RunOptions {
    var options = RunOptions()
    options.runFolder = path("runs")
    options.environment = environment
    options.retryFor = .zero
    return options
  }

  func run(_ pipeline: String, _ change: (inout RunOptions) -> Void = { _ in }) async throws -> Report {
    var options = options
    change(&options)
    return await Run(try load(pipeline), options: options).execute()
  }

  func verify(_ pipeline: String, _ change: (inout RunOptions) -> Void = { _ in }) async throws -> Report {
    var options = options
    change(&options)
    return await Run(try load(pipeline), options: options).verify()
  }

  /// Goes on with a run, with the pipeline file as it lies there now.
  func resume(_ run: String, _ change: (inout RunOptions) -> Void = { _ in }) async throws -> Report {
    let resumption = try Run.resuming(
      run, in: path("runs")
    ) { options in
      options.environment = environment
      change(&options)
    }
    switch resumption {
    case .run(let run): return await run.execute()
    case .finished(let report): return report
    }
  }

  /// Loads what a run set aside, by this pipeline.
  func replay(
    _ run: String, _ pipeline: String, _ change: @escaping @Sendable (inout RunOptions) -> Void = { _ in }
  ) async throws -> Report {
    try write(pipeline, to: "pipeline.yaml")
    let environment = environment
    let replay = Replay(run, in: path("runs")) { options in
      options.environment = environment
      options.retryFor = .zero
      change(&options)
    }
    return await replay.execute()
  }

  func load(_ pipeline: String) throws -> Pipeline {
    try write(pipeline, to: "pipeline.yaml")
    return try Pipeline.load(file: path("pipeline.yaml"), environment: [:])
  }

  // MARK: - Files of a run

  /// The lines of a run's reject file.
  func rejects(of report: Report) throws -> [Reject] {
    let lines = try text("runs/\(report.run)/rejects/things.ndjson").split(separator: "\n")
    return try lines.map { try JSONDecoder().decode(Reject.self, from: Data($0.utf8)) }
  }
}

/// A line of `rejects/things.ndjson`.
struct Reject: Decodable, Equatable {
  var ordinal: Int64
  var offset: Int64
  var bytes: Int64
  var line: Int64?
  var pointer: String
  var stage: String
  var rule: String
  var reason: String
  var raw: String?
}
