internal import Load

/// A dataset whose table is ready for slices and this run's own: what its slices are loaded by, here or in another process.
struct PreparedDataset: Codable, Sendable {
  let plan: DatasetPlan.Form
  /// What the plan's layout is of.
  let shapes: TableShapes
  let claim: TableClaim
  /// What an earlier attempt of the run read for the slices that are committed; what is read now has to be the same.
  let sources: Ledger.Sources
}
