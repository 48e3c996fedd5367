import Testing

@testable import FaultHarness

@Suite("A trace") struct TraceTests {
  @Test("has as many points as the busiest thread has calls of one kind") func points() {
    let log = """
      71 write(3, "a", 1) = 1
      71 write(3, "b", 1 <unfinished ...>
      72 write(3, "c", 1) = 1
      71 <... write resumed>) = 1
      71 pwrite64(4, "d", 1, 0) = 1
      71 +++ exited with 0 +++
      """
    #expect(Trace.points(in: log) == 2)
    #expect(Trace.points(in: "") == 0)
  }
}
