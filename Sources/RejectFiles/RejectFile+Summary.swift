public import Reports

extension RejectFile {
  /// Reads all of it and counts.
  public func summary() throws -> RejectSummary {
    var counts = RejectCounts()
    var damaged: [RunStateError] = []
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
