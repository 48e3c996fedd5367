internal import Records
internal import Reports

/// Several problems that keep a run from being begun. It counts as the first of them.
struct PlanError: ReportableError {
  /// In the order in which they are corrected best.
  let problems: [any Error]
  private let first: ReportedError
  let exitStatus: ExitStatus

  /// First the user's own files, last what may pass by itself.
  private static let order: [ExitStatus] = [.pipeline, .source, .schema, .database, .refused]

  /// nil where there is no problem.
  init?(_ problems: [any Error]) {
    let ranked = problems.enumerated().sorted { left, right in
      (Self.rank(left.element), left.offset) < (Self.rank(right.element), right.offset)
    }
    self.problems = ranked.map(\.element)
    guard let first = self.problems.first else { return nil }
    self.first = ReportedError(first)
    exitStatus = Self.status(of: first)
  }

  private static func rank(_ problem: any Error) -> Int {
    order.firstIndex(of: status(of: problem)) ?? order.count
  }

  private static func status(of problem: any Error) -> ExitStatus {
    (problem as? any ReportableError)?.exitStatus ?? .failure
  }

  var code: String { first.code }
  var message: String { first.message }
  var place: String? { first.place }
  var remedy: String? { first.remedy }

  var detail: String? {
    let details = problems.compactMap { ($0 as? any ReportableError)?.detail }
    return details.isEmpty ? nil : details.joined(separator: "\n")
  }
}
