internal import Load
internal import PipelineSpec

extension Control {
  /// - Throws: where schema `sluice` would be published to subscribers, unless the user allows that.
  func checkPublications(_ options: RunOptions, notice: (String) -> Void) async throws {
    let publications = try await perform { try LogicalReplication.publications(on: $0) }
    if publications.names.isEmpty || options.allowsPublished { return }
    if publications.haveSubscriber { throw publications.refusal }
    notice(publications.warning)
  }

  /// Makes the ledger ready for datasets that are to be loaded.
  /// - Throws: before anything is altered, where schema `sluice` is not ours or lacks something.
  func prepareLedger(for datasets: [Dataset]) async throws {
    try await perform { try Ledger.create($0, stages: datasets.contains(where: \.destination.isStaged)) }
  }
}
