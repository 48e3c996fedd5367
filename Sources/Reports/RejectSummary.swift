public import Records

/// How many records of a dataset were set aside, by stage and rule.
public struct RejectSummary: Sendable {
  public struct Group: Sendable, Codable, Hashable {
    public var stage: Stage
    public var rule: String
    public var count: Int
    /// So many of them were loaded later.
    public var resolved: Int

    public init(stage: Stage, rule: String, count: Int, resolved: Int) {
      self.stage = stage
      self.rule = rule
      self.count = count
      self.resolved = resolved
    }
  }

  public var dataset: String
  public var isUnfinished: Bool
  /// The run ended before it had read the whole source: it is about what was read.
  public var isCut: Bool
  /// The largest first.
  public var groups: [Group]
  /// Lines that cannot be understood, and are not counted.
  public var damaged: [RunStateError]

  public init(dataset: String, isUnfinished: Bool, isCut: Bool, groups: [Group], damaged: [RunStateError]) {
    self.dataset = dataset
    self.isUnfinished = isUnfinished
    self.isCut = isCut
    self.groups = groups
    self.damaged = damaged
  }

  public var count: Int { groups.reduce(0) { $0 + $1.count } }
  public var resolved: Int { groups.reduce(0) { $0 + $1.resolved } }
}
