internal import PipelineSpec
internal import Records
internal import Reports

/// What a replay goes back to.
struct ReplayOrigin: Sendable, Codable, Hashable {
  /// The run that set the records aside.
  var run: String
  /// So many of them are not in the replay and stay set aside.
  var kept: Int

  /// The id of the `number`th replay of a run, from 1.
  static func id(_ run: String, _ number: Int) -> String { "\(run)-replay-\(number)" }

  /// Which replay of a run has this id; nil where it is none.
  static func number(_ id: String, of run: String) -> Int? {
    let prefix = self.id(run, 0).dropLast()
    guard id.hasPrefix(prefix), let number = Int(id.dropFirst(prefix.count)), number > 0, number.isCount,
      self.id(run, number) == id
    else { return nil }
    return number
  }
}

extension Pipeline {
  /// As rejects are loaded: to what the run loaded, which neither goes nor is taken for all there is.
  var replaying: Pipeline {
    var pipeline = self
    for i in datasets.indices {
      pipeline.datasets[i].destination.mode = datasets[i].destination.mode.traits.findsByKey ? .upsert : .append
      pipeline.datasets[i].destination.rebuildIndexes = false
      pipeline.datasets[i].destination.create = false
    }
    return pipeline
  }
}

extension RunOptions {
  /// The command that resumes a run.
  func resuming(_ run: String) -> String {
    ShellText.command(
      settings.replays.map { ["sluice", "rejects", "replay", $0.run] } ?? ["sluice", "resume", run], in: runFolder)
  }

  /// The command that resumes a run which stopped at a bad record; nil where too many were set aside: how many may be, the
  /// user has to say.
  func resumingRejecting(_ run: String) -> String? {
    // A replay sets bad records aside unless it is told otherwise.
    if settings.replays != nil { return resuming(run) }
    guard settings.onError == .stop else { return nil }
    return ShellText.command(["sluice", "resume", run, "--on-error", "reject"], in: runFolder)
  }
}
