import ArgumentParser
import Engine
import Foundation
import Records

/// One stage, as the user sees it.
struct StageCall {
  private let common: CommonOptions
  private let stage: Stage
  private let input: String?
  private let output: String?
  private let errors: ErrorOptions?

  init(
    _ common: CommonOptions, _ stage: Stage, input: String? = nil, output: String? = nil, _ errors: ErrorOptions? = nil
  ) {
    self.common = common
    self.stage = stage
    self.input = input
    self.output = output
    self.errors = errors
  }

  /// - Throws: the exit status, unless it is success.
  func perform(_ change: (inout RunOptions) -> Void = { _ in }) async throws {
    let pipeline = try common.load()
    var options = common.runOptions
    errors?.change(&options)
    options.first = stage
    // What was loaded is verified in the same breath.
    options.last = stage == .load ? .verify : stage
    // Absolute, so that a resume finds it from anywhere.
    options.input = input.map { $0 == "-" ? $0 : URL(filePath: $0).path }
    options.output = output
    change(&options)
    var speech = common.output
    // Standard output is the file's.
    if output == "-" { speech.quiet = true }
    let session = Session(output: speech, counted: stage == .load ? .loaded : .staged)
    options.stopping = session.stopping
    let run = Run(pipeline, options: options, events: session.events)
    try await session.perform { await run.execute() }
  }
}
