internal import Archive
internal import Records
internal import Synchronization

/// How many records may be set aside before the run stops.
final class ErrorBudget: Sendable {
  private struct State {
    var rejected = 0
    var read = 0
  }

  private let onError: OnError
  private let limit: RunLimit?
  private let dataset: String
  private let isDryRun: Bool
  private let state = Mutex(State())

  /// A percentage means little of the first few records.
  private static let percentFrom = 10_000

  init(_ options: RunOptions, dataset: String) {
    onError = options.onError
    limit = options.maxErrors
    isDryRun = options.isDryRun
    self.dataset = dataset
  }

  /// Counts records of a batch and those of them that were refused.
  /// - Throws: when the run has to stop because of them.
  func admit(_ rejections: [Rejection], read: Int) throws(EngineError) {
    let (rejected, total) = state.withLock { state in
      state.rejected += rejections.count
      state.read += read
      return (state.rejected, state.read)
    }
    if onError == .stop, let first = rejections.first(where: { !$0.isByPolicy }) {
      throw EngineError(
        .budget, "\(first.reason) [\(first.code)]", place: "dataset \(dataset), \(first.place)",
        remedy: isDryRun
          ? "correct it; with --on-error reject all such records are looked at"
          : "correct it and start a new run, or set such records aside with --on-error reject, also on resume")
    }
    switch limit {
    case .count(let most)? where rejected > most: throw exceeded(rejected, total, "--max-errors \(most)")
    case .percent(let most)? where total >= Self.percentFrom && Double(rejected) * 100 > Double(total) * most:
      throw exceeded(rejected, total, "--max-errors \(most)%")
    default: break
    }
  }

  /// Looks once more when all records were read.
  func close() throws(EngineError) {
    let state = state.withLock { $0 }
    if case .percent(let most)? = limit, Double(state.rejected) * 100 > Double(state.read) * most {
      throw exceeded(state.rejected, state.read, "--max-errors \(most)%")
    }
  }

  private func exceeded(_ rejected: Int, _ read: Int, _ limit: String) -> EngineError {
    EngineError(
      .budget, "\(rejected) of \(read) records are rejected, more than \(limit) allows", place: "dataset \(dataset)",
      remedy: isDryRun
        ? "correct source or pipeline, or allow more with --max-errors"
        : "look at \(RunLayout.rejects(of: dataset)) in the run's folder; resume with a larger --max-errors, or correct source or "
          + "pipeline and start a new run")
  }
}
