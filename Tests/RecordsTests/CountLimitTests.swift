import Records
import Testing

@Suite struct `A count` {
  @Test func `lies between nothing and what a run can have counted`() {
    for number in [0, 1, 1 << 53] { #expect(number.isCount) }
    for number in [-1, .min, (1 << 53) + 1, .max] { #expect(!number.isCount) }
    #expect(!UInt64.max.isCount)
  }

  @Test func `is added only where the sum is one too`() {
    let largest: Int64 = 1 << 53
    #expect((largest - 1).adding(count: 1) == largest)
    #expect(largest.adding(count: 1) == nil)
    #expect(Int64.max.adding(count: .max) == nil)
    #expect(Int64(5).adding(count: -1) == nil)
    #expect(Int64(-1).adding(count: 5) == nil)
  }
}
