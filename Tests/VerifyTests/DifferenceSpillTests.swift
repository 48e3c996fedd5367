import Records
import Testing
import Verify

@Suite("Rows of both sides")
struct DifferenceSpillTests {
  private let key = RowDigest(high: 1, low: 2)

  private func compare(
    _ expected: [RowDigest], _ actual: [RowDigest], foreign: [RowDigest] = [], hasKey: Bool
  ) throws -> FoundDifferences {
    let spill = try DifferenceSpill(buckets: [BucketSums.bucket(of: key)], rows: 1, folder: "/tmp")
    for row in expected { try spill.add(.expected, key: key, row: row) }
    for row in actual { try spill.add(.actual, key: key, row: row) }
    for row in foreign { try spill.add(.foreign, key: key, row: row) }
    return try spill.compare(hasKey: hasKey, listing: 10, listsExtra: true)
  }

  /// To look for each among all others would take 10^10 steps.
  @Test("that are equal, or have one key, are compared in time that grows with their number")
  func many() throws {
    let rows = (0..<100_000).map { RowDigest(high: 0, low: $0) }
    #expect(try compare(rows, rows.reversed(), hasKey: true).listed.isEmpty)
    let equal = [RowDigest](repeating: key, count: 100_000)
    let found = try compare(equal, equal.dropLast(), hasKey: false)
    #expect(found.missing == 1 && found.extra == 0)
  }

  @Test("cancel each other one by one; what is left is changed where there is a key, else missing and extra")
  func pairs() throws {
    let (one, two, three) = (RowDigest(low: 1), RowDigest(low: 2), RowDigest(low: 3))
    let keyed = try compare([one, one, two, three], [two, one, RowDigest(low: 4)], hasKey: true)
    #expect(keyed.changed == 1 && keyed.missing == 1 && keyed.extra == 0)
    #expect(keyed.listed.map(\.expected) == [one, three])
    #expect(keyed.listed.map(\.actual) == [RowDigest(low: 4), nil])
    let keyless = try compare([one, one], [one, two], hasKey: false)
    #expect(keyless.changed == 0 && keyless.missing == 1 && keyless.extra == 1)
    #expect(keyless.extraDigest == two)
  }

  @Test("are looked for among rows of unknown origin last: equal ones stand for them, one of the same key is changed")
  func foreign() throws {
    let (one, two, three) = (RowDigest(low: 1), RowDigest(low: 2), RowDigest(low: 3))
    var found = try compare([one, one, two], [one], foreign: [one, one, three], hasKey: true)
    #expect(found.rewritten == 1 && found.changed == 1 && found.missing == 0 && found.extra == 0)
    #expect(found.listed.map(\.expected) == [two] && found.listed.map(\.actual) == [one])
    found = try compare([one, two], [one], foreign: [three], hasKey: false)
    #expect(found.rewritten == 0 && found.changed == 0 && found.missing == 1 && found.extra == 0)
    found = try compare([one], [one, two], foreign: [one, three], hasKey: true)
    #expect(found.rewritten == 0 && found.changed == 0 && found.missing == 0 && found.extra == 1)
  }

  @Test("are not compared in a cancelled task")
  func cancelled() async throws {
    await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      #expect(throws: CancellationError.self) { _ = try compare([key], [key], hasKey: true) }
    }.value
  }
}
