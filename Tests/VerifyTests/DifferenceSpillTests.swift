import Records
import Testing
import Verify

@Suite("Rows of both sides")
struct DifferenceSpillTests {
  private let key = RowDigest(high: 1, low: 2)

  private func compare(
    _ expected: [RowDigest], _ actual: [RowDigest], hasKey: Bool
  ) throws -> FoundDifferences {
    let spill = try DifferenceSpill(buckets: [BucketSums.bucket(of: key)], rows: 1, folder: "/tmp")
    for row in expected { try spill.add(.expected, key: key, row: row) }
    for row in actual { try spill.add(.actual, key: key, row: row) }
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

  @Test("are not compared in a cancelled task")
  func cancelled() async throws {
    await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      #expect(throws: CancellationError.self) { _ = try compare([key], [key], hasKey: true) }
    }.value
  }
}
