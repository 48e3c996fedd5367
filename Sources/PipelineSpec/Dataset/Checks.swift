/// What is asked of a dataset's records, and what is done about those that do not answer it.
public struct Checks: Sendable, Hashable {
  public var rules: [Rule]
  /// `where`: a record that breaks one of these is filtered.
  public var filters: [Rule]
  public var policies: Policies

  public init(rules: [Rule] = [], filters: [Rule] = [], policies: Policies = Policies()) {
    self.rules = rules
    self.filters = filters
    self.policies = policies
  }
}
