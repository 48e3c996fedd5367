import Testing

@testable import FaultHarness

@Suite("Rows as multisets") struct MultisetTests {
  @Test("are equal in any order") func order() {
    #expect(Multiset(expected: [1, 2, 2, 3], actual: [2, 3, 1, 2]).isEqual)
  }

  @Test("count what is lost, doubled and foreign each by itself") func differences() {
    let difference = Multiset(expected: [1, 2, 2, 3, 4], actual: [1, 1, 1, 2, 3, 9])
    #expect((difference.lost, difference.doubled, difference.foreign) == (2, 2, 1))
  }
}

@Suite("The records of the harness") struct EventRowTests {
  @Test("differ from seed to seed, and are the same for the same one") func seeds() {
    #expect(EventRow(5, seed: 1).json == EventRow(5, seed: 1).json)
    #expect(EventRow(5, seed: 1).json != EventRow(5, seed: 2).json)
  }

  @Test("points are spread evenly, and are all there where they are few") func points() {
    #expect(spread(over: 1...4, 9) == [1, 2, 3, 4])
    #expect(spread(over: 1...100, 4) == [1, 26, 51, 76])
    #expect((0..<3).map { share(8, $0, of: 3) } == [3, 3, 2])
  }
}
