import Testing

@testable import FaultHarness

/// A small sample of `make faults`: the same harness, the same cases, fewer tries.
@Suite("Whatever breaks") struct SampleTests {
  /// One of every family, those that need neither root nor minutes.
  static let sample = [
    "K5", "K6", "K2", "K8", "D1", "D3", "D5", "D6", "D9", "D19", "D30", "D31", "D32", "D34", "F3", "F10", "N12", "C1",
  ]

  @Test("nothing is lost, nothing is there twice, and no secret is told") func sample() throws {
    var options = Harness.Options(subject: ScratchPlace.sluice, folder: ScratchPlace.newFolder())
    options.sizes = .sample
    options.seed = .random(in: 1...999_999_999)
    // A debug build.
    options.memoryLimit = 256 << 20
    let cases = Case.all.filter { Self.sample.contains($0.id) }
    #expect(cases.count == Self.sample.count)
    var lines = ["seed \(options.seed)"]
    let results = try Harness(options) { lines.append($0) }.perform(cases)
    let isPassed = results.filter { $0.skipped == nil }.allSatisfy { $0.hasPassed }
    #expect(isPassed, "\(lines.joined(separator: "\n"))")
    #expect(results.contains { $0.tries > 0 })
  }

  @Test("cases have names of their own") func names() {
    #expect(Set(Case.all.map(\.id)).count == Case.all.count)
  }
}
