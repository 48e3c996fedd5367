public import Records
public import Reports
internal import Synchronization

/// Gathers the report of a dry run while the records are read.
public final class RejectCollector: Sendable {
  private struct State {
    var counts = RejectCounts()
    var records: [Reject] = []
  }

  private let state = Mutex(State())

  public init() {}

  /// - Parameter rejections: of one batch; batches come in the order of the source.
  public func add(_ rejections: [Rejection]) {
    state.withLock { state in
      for rejection in rejections { state.counts.add(rejection.stage, rejection.code) }
      let room = RejectReport.listed - state.records.count
      guard room > 0 else { return }
      let first = rejections.sorted { $0.position.ordinal < $1.position.ordinal }.prefix(room)
      state.records += first.map { Reject(withoutText: $0) }
    }
  }

  /// nil where there were none.
  public var report: RejectReport? {
    let state = state.withLock { $0 }
    return state.records.isEmpty ? nil : RejectReport(groups: state.counts.groups, records: state.records)
  }
}
