internal import Archive
internal import FoundationEssentials
internal import Records
internal import RejectFiles
internal import Reports

/// Marks the records as resolved that a finished replay did not set aside again. May be done any number of times.
struct ReplayMarks {
  let original: RunFolder
  let replay: RunFolder
  let runs: String

  func write(_ datasets: [String]) throws {
    for dataset in datasets { try write(dataset) }
  }

  private func write(_ dataset: String) throws {
    let marks = try ResolvedMarks(in: original, dataset: dataset)
    if let error = marks.damaged.first { throw error }
    let name = RunLayout.resolved(of: dataset)
    let file = try LineFile(in: original, name: name, existing: .replace)
    if let earlier = try LineReader(in: original, name: name) {
      while let line = try earlier.next() { try file.append(line.bytes) }
    }
    let rejected = try rejected(dataset)
    let reader = try RecordsFileReader(StageFile.kept(.records, of: dataset, in: replay).open())
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    while let saved = try reader.next() {
      for place in saved.places where !rejected.contains(place.ordinal) && marks.run(of: place.ordinal) == nil {
        try file.append([UInt8](encoder.encode(ResolvedMarks.Mark(ordinal: place.ordinal, run: replay.id))))
      }
    }
    try file.finish()
    try Checksums.update(name, in: original)
  }

  /// What the replay set aside again.
  private func rejected(_ dataset: String) throws -> OrdinalSet {
    var ordinals = OrdinalSet()
    guard let file = try RejectFile.all(ofRun: replay.id, in: runs).first(where: { $0.dataset == dataset }) else {
      return ordinals
    }
    let reader = try file.open()
    while let line = try reader.next() {
      switch line {
      case .damaged(let error): throw error
      case .reject(let reject, _): ordinals.insert(reject.ordinal)
      }
    }
    return ordinals
  }
}

extension Run {
  /// A replay that reached its end says so in the folder of the run whose rejects it loaded.
  func markResolved(_ report: inout Report, by folder: RunFolder) {
    guard let origin = options.replays, report.isComplete else { return }
    do {
      let original = try RunFolder.named(origin.run, in: options.runFolder)
      try ReplayMarks(original: original, replay: folder, runs: options.runFolder)
        .write(report.datasets.map(\.dataset))
    } catch {
      // Everything is loaded: the next replay of the run makes up for the marks.
      report.fail(error, stopped: options.stopping.statusOfThisTask)
      report.resume = resumeCommand(report, after: error, in: folder)
    }
  }
}
