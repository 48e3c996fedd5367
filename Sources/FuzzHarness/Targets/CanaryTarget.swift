import SampleData

/// Breaks on purpose, each time in another way: a harness that does not tell of it tells of nothing.
struct CanaryTarget: Target {
  static let name = "canary"

  private struct Foreign: Error {}

  init(_ corpus: Corpus, folder: String) {}

  func attempt(_ random: inout SplitMix64) throws {
    if random.oneIn(2) { throw Foreign() }
    _ = (Extremes.integers.max() ?? 0) + 1
  }
}
