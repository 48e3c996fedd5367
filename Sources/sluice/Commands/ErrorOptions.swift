public import ArgumentParser
import Engine
public import Records

extension OnError: ExpressibleByArgument {}

/// What to do with a record that cannot be loaded. What is not given stays as it is.
struct ErrorOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "What to do with a record that cannot be loaded: stop the run, or set the record aside (reject).")
  var onError: OnError?

  @Option(
    name: .long, help: ArgumentHelp("How many records may be set aside; implies --on-error reject.", valueName: "n|n%"),
    transform: RunLimit.parsed)
  var maxErrors: RunLimit?

  func validate() throws {
    if onError == .stop, maxErrors != nil {
      throw ValidationError("--max-errors sets records aside; it does not go with --on-error stop")
    }
  }

  func change(_ options: inout RunOptions) {
    if let onError { options.onError = onError }
    if let maxErrors {
      options.maxErrors = maxErrors
      options.onError = .reject
    }
  }
}

extension RunLimit {
  /// For a flag that takes `100` or `0.5%`.
  @Sendable static func parsed(_ text: String) throws -> RunLimit {
    guard let limit = RunLimit(text) else { throw ValidationError("takes a number, or 0 to 100 and %") }
    return limit
  }
}
