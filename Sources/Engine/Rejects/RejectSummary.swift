public import Records

/// How many records of a dataset were set aside, by stage and rule.
public struct RejectSummary: Sendable {
  public struct Group: Sendable, Codable, Hashable {
    public var stage: Stage
    public var rule: String
    public var count: Int
    /// So many of them were loaded later.
    public var resolved: Int
  }

  public var dataset: String
  public var isUnfinished: Bool
  /// See `RejectFile.isCut`.
  public var isCut: Bool
  /// The largest first.
  public var groups: [Group]
  /// Lines that cannot be understood, and are not counted.
  public var damaged: [EngineError]

  public var count: Int { groups.reduce(0) { $0 + $1.count } }
  public var resolved: Int { groups.reduce(0) { $0 + $1.resolved } }
}

extension RejectFile {
  /// Reads all of it and counts.
  public func summary() throws -> RejectSummary {
    var counts = RejectCounts()
    var damaged: [EngineError] = []
    let reader = try open()
    while let line = try reader.next() {
      switch line {
      case .damaged(let error): damaged.append(error)
      case .reject(let reject, let run):
        counts.add(reject.stage, reject.rule, isResolved: run != nil)
      }
    }
    return RejectSummary(
      dataset: dataset, isUnfinished: isUnfinished, isCut: isCut, groups: counts.groups, damaged: damaged)
  }
}

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
