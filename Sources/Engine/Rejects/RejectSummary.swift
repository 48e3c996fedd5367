public import Records

/// How many records of a dataset were set aside, by stage and rule.
public struct RejectSummary: Sendable {
  public struct Group: Sendable, Hashable {
    public var stage: Stage
    public var rule: String
    public var count: Int
    /// So many of them were loaded later.
    public var resolved: Int
  }

  public var dataset: String
  public var isUnfinished: Bool
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
    struct Key: Hashable {
      var stage: Stage
      var rule: String
    }
    var counts: [Key: (count: Int, resolved: Int)] = [:]
    var damaged: [EngineError] = []
    let reader = try open()
    while let line = try reader.next() {
      switch line {
      case .damaged(let error): damaged.append(error)
      case .reject(let reject, let run):
        let key = Key(stage: reject.stage, rule: reject.rule)
        counts[key, default: (0, 0)].count += 1
        if run != nil { counts[key]?.resolved += 1 }
      }
    }
    let groups = counts.map { key, counts in
      RejectSummary.Group(stage: key.stage, rule: key.rule, count: counts.count, resolved: counts.resolved)
    }
    return RejectSummary(
      dataset: dataset, isUnfinished: isUnfinished,
      groups: groups.sorted { ($1.count, $0.stage.rawValue, $0.rule) < ($0.count, $1.stage.rawValue, $1.rule) },
      damaged: damaged)
  }
}
