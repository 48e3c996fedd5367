internal import Records
internal import Synchronization

/// The records that a dry run would set aside.
public struct RejectReport: Sendable, Codable {
  public var groups: [RejectSummary.Group]
  /// The first of them, without their text.
  public var records: [Reject]

  /// So many records are listed.
  static let listed = 20
}

/// Gathers the report while the records are read.
final class RejectCollector: Sendable {
  private struct State {
    var counts = RejectCounts()
    var records: [Reject] = []
  }

  private let state = Mutex(State())

  /// - Parameter rejections: of one batch; batches come in the order of the source.
  func add(_ rejections: [Rejection]) {
    state.withLock { state in
      for rejection in rejections { state.counts.add(rejection.stage, rejection.code) }
      let room = RejectReport.listed - state.records.count
      guard room > 0 else { return }
      let first = rejections.sorted { $0.position.ordinal < $1.position.ordinal }.prefix(room)
      state.records += first.map { Reject(withoutText: $0) }
    }
  }

  /// nil where there were none.
  var report: RejectReport? {
    let state = state.withLock { $0 }
    return state.records.isEmpty ? nil : RejectReport(groups: state.counts.groups, records: state.records)
  }
}

extension Reject {
  init(withoutText rejection: Rejection) {
    ordinal = rejection.position.ordinal
    offset = rejection.position.offset
    bytes = Int64(rejection.position.length)
    line = rejection.line
    pointer = rejection.pointer
    stage = rejection.stage
    rule = rejection.code
    reason = rejection.reason
  }
}
