import ArgumentParser
import Engine

/// What a record means that cannot be loaded.
struct ErrorOptions: ParsableArguments {
  @Option(name: .long, help: "What a record means that cannot be loaded: stop the run, or set it aside.")
  var onError: OnError?

  @Option(
    name: .long, help: ArgumentHelp("How many records may be set aside; implies --on-error reject.", valueName: "n|n%"),
    transform: RunOptions.Limit.parsed)
  var maxErrors: RunOptions.Limit?

  enum OnError: String, ExpressibleByArgument, CaseIterable { case stop, reject }

  func check() throws {
    if onError == .stop, maxErrors != nil {
      throw ValidationError("--max-errors sets records aside; it does not go with --on-error stop")
    }
  }

  func apply(to options: inout RunOptions) {
    options.onError = onError == .reject || maxErrors != nil ? .reject : .stop
    options.maxErrors = maxErrors
  }
}

extension RunOptions.Limit {
  /// For a flag that takes `100` or `0.5%`.
  @Sendable static func parsed(_ text: String) throws -> RunOptions.Limit {
    guard let limit = RunOptions.Limit(text) else { throw ValidationError("takes a number, or 0 to 100 and %") }
    return limit
  }
}
