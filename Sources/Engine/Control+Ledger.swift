internal import Load
internal import PipelineSpec

extension Control {
  /// Makes the ledger ready for datasets that are to be loaded.
  /// - Throws: before anything is altered, where schema `sluice` is not ours, lacks something, or would be published.
  func prepareLedger(
    for datasets: [Dataset], _ options: RunOptions, notice: @escaping (String) -> Void = { _ in }
  ) async throws {
    let publications = try await perform { try LogicalReplication.publications(on: $0) }
    if !publications.names.isEmpty, !options.allowsPublished {
      if publications.haveSubscriber { throw publications.refusal }
      notice(publications.warning)
    }
    try await perform { try Ledger.create($0, stages: datasets.contains(where: \.isStaged)) }
  }
}
