import Testing

@testable import sluice

@Suite struct `Figures for a person` {
  @Test(arguments: [
    (0.05, "0.1"), (171.44, "171.4"), (1e300, "922337203685477580.7"), (.infinity, "922337203685477580.7"),
    (.nan, "0.0"),
    (-1e300, "-922337203685477580.8"),
  ])
  func `have one digit after the point, whatever number comes`(_ number: Double, _ text: String) {
    #expect(Figures.oneDigit(number) == text)
  }

  @Test func `are times and sizes, whatever number comes`() {
    #expect(Figures.time(125) == "2 min 5 s")
    #expect(Figures.time(1e300) == "2562047788015215 h 30 min")
    #expect(Figures.time(.nan) == "0 s")
    #expect(Figures.bytes(9_567_600) == "9.6 MB")
    #expect(Figures.bytes(.max) == "9223372036.9 GB")
    #expect(Figures.bytes(.min) == "-9,223,372,036,854,775,808 bytes")
  }
}
