internal import Databases
internal import PipelineSpec
internal import Records
internal import Reports
internal import Validate

/// What keeps a run from being begun, gathered while it is planned, so that all of it is told at once.
struct PlanProblems {
  private(set) var all: [any Error] = []

  var isEmpty: Bool { all.isEmpty }

  /// The one problem, or all of them as a `PlanError`; nil where there is none.
  var error: (any Error)? { all.count > 1 ? PlanError(all) : all.first }

  /// What `body` finds; nil where that is a problem.
  /// - Throws: what is none of the plan's: the run is being stopped, or the server may answer the next time.
  mutating func gather<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
      return try body()
    } catch {
      if RetryPolicy.isTransient(error) { throw error }
      try add(error)
      return nil
    }
  }

  /// Notes every rule and filter that the columns of a table cannot answer.
  mutating func gather(_ rules: [Rule], filters: [Rule], against layout: TableLayout) throws {
    for rule in rules { _ = try gather { try RuleSet([rule], layout: layout) } }
    for filter in filters { _ = try gather { try FilterSet([filter], layout: layout) } }
  }

  /// Notes a problem; once where two datasets have the same one.
  /// - Throws: that the run is being stopped.
  mutating func add(_ error: any Error) throws {
    // Whatever is read or asked fails then.
    try Task.checkCancellation()
    let reported = ReportedError(error)
    if !all.contains(where: { ReportedError($0) == reported }) { all.append(error) }
  }

  /// All problems, with one after which no more can be looked for.
  /// - Throws: that the run is being stopped.
  func ending(with error: any Error) throws -> any Error {
    var problems = self
    try problems.add(error)
    return problems.error ?? error
  }
}
