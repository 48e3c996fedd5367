internal import Records
internal import Reports

/// Counts records that were set aside, by stage and rule.
struct RejectCounts {
  private struct Kind: Hashable {
    var stage: Stage
    var rule: String
  }

  private var counts: [Kind: (all: Int, resolved: Int)] = [:]

  mutating func add(_ stage: Stage, _ rule: String, isResolved: Bool = false) {
    let kind = Kind(stage: stage, rule: rule)
    counts[kind, default: (0, 0)].all += 1
    if isResolved { counts[kind]?.resolved += 1 }
  }

  /// The largest first.
  var groups: [RejectSummary.Group] {
    counts.map { kind, counts in
      RejectSummary.Group(stage: kind.stage, rule: kind.rule, count: counts.all, resolved: counts.resolved)
    }.sorted { ($1.count, $0.stage.rawValue, $0.rule) < ($0.count, $1.stage.rawValue, $1.rule) }
  }
}
