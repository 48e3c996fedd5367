internal import Archive
internal import Databases
internal import Load
internal import PipelineSpec
internal import Postgres
internal import Records
internal import RejectFiles

/// One reading of a dataset's source, or of a stage file in its place, for one purpose.
struct SourcePass: Sendable {
  /// What is done with what is read.
  enum Purpose: Sendable {
    /// Rows are loaded.
    case load(LoadTarget, PassFiles)
    /// Records or rows go into a stage file.
    case stage(PassFiles)
    /// Rows are counted: a dry run.
    case check(RejectCollector)
    /// Rows are compared with what the table has.
    case compare(ExpectedSide)
    /// Records that repeat a key are noted.
    case findRepeatedKeys(RepeatedKeys)
  }

  let context: DatasetContext
  let plan: DatasetPlan
  let purpose: Purpose
  /// What the ledger says that slices were read from; what is read now has to be the same.
  let sources: Ledger.Sources
  let tally = DatasetTally()

  init(
    _ context: DatasetContext, _ plan: DatasetPlan, _ purpose: Purpose, sources: Ledger.Sources = Ledger.Sources()
  ) {
    self.context = purpose.readsAgain ? context.settingAllAside : context
    self.plan = plan
    self.purpose = purpose
    self.sources = sources
  }

  /// Reads everything.
  /// - Throws: the first failure of any stage.
  func flow() async throws { try await DatasetStream(self).flow() }
}

/// The table that slices go into, as the run has taken it.
struct LoadTarget: Sendable {
  let target: DatabaseTarget
  let claim: TableClaim
  /// What the rows are encoded for.
  let shape: TableShape
}

/// What a pass writes into the run's folder, beside stage files.
struct PassFiles: Sendable {
  let rejects: RejectLog
  let commits: CommitLog

  init(_ context: DatasetContext, _ manifest: ManifestLog?) {
    rejects = RejectLog(context.folder, dataset: context.dataset.name)
    commits = CommitLog(archive: RunLayout.archive(of: context.dataset.name), manifest: manifest)
  }
}

extension SourcePass {
  /// Where it writes; nil: nowhere.
  var folder: RunFolder? { files == nil ? nil : context.folder }

  var files: PassFiles? {
    switch purpose {
    case .load(_, let files), .stage(let files): files
    case .check, .compare, .findRepeatedKeys: nil
    }
  }

  var expectedSide: ExpectedSide? {
    if case .compare(let side) = purpose { side } else { nil }
  }

  /// Whether anybody asks for the sums of slices.
  var takesSums: Bool {
    if case .load = purpose { true } else { !sources.slices.isEmpty }
  }

  /// Notes records that are not loaded.
  func refuse(_ rejections: [Rejection]) throws {
    switch purpose {
    case .load(_, let files), .stage(let files): try files.rejects.append(rejections)
    case .check(let collector): collector.add(rejections)
    case .findRepeatedKeys(let keys): keys.add(rejections)
    case .compare: break
    }
  }
}

extension SourcePass.Purpose {
  /// Whether a run has read the records before.
  fileprivate var readsAgain: Bool {
    switch self {
    case .compare, .findRepeatedKeys: true
    case .load, .stage, .check: false
    }
  }
}

extension DatasetContext {
  /// A record that the run set aside is set aside again, whatever the budget.
  fileprivate var settingAllAside: DatasetContext {
    var context = self
    context.options.onError = .reject
    context.options.maxErrors = nil
    return context
  }
}
