import Records
import Testing

@Suite struct RowDigestTests {
  static let pairs: [(RowDigest, RowDigest)] = {
    let words: [UInt64] = [0, 1, 2, 0x8000_0000_0000_0000, .max - 1, .max, 0x0123_4567_89AB_CDEF]
    let digests = words.flatMap { high in words.map { RowDigest(high: high, low: $0) } }
    return digests.flatMap { left in digests.map { (left, $0) } }
  }()

  @Test("Sums carry from the low to the high word, modulo 2^128")
  func addition() {
    for (left, right) in Self.pairs {
      var sum = left
      sum &+= right
      #expect(number(sum) == number(left) &+ number(right))
    }
  }

  @Test("Differences borrow, and undo sums")
  func subtraction() {
    for (left, right) in Self.pairs {
      var difference = left
      difference &-= right
      #expect(number(difference) == number(left) &- number(right))
      difference &+= right
      #expect(difference == left)
    }
  }

  @Test("Order does not matter to a sum, repetition does")
  func sums() {
    func sum(_ digests: [RowDigest]) -> RowDigest { digests.reduce(into: RowDigest()) { $0 &+= $1 } }
    let digests = (1...100).map { RowDigest(high: .max / UInt64($0), low: .max &- UInt64($0)) }
    #expect(sum(digests) == sum(digests.reversed()))
    #expect(sum(digests) != sum(digests + [digests[0]]))
  }

  @Test("The text is 32 digits, most significant first, and reads back")
  func text() {
    #expect(RowDigest(high: 0xAB, low: 1).description == "00000000000000ab0000000000000001")
    for (digest, _) in Self.pairs {
      #expect(digest.description.utf8.count == 32)
      #expect(RowDigest(digest.description) == digest)
    }
  }

  @Test(
    "What is not 32 hexadecimal digits is no digest",
    arguments: [
      "", "ab", "00000000000000ab000000000000001", "00000000000000ab00000000000000001",
      "00000000000000ag0000000000000001", "0x0000000000000ab000000000000001",
      "0000000000000000 000000000000001", "+0000000000000ab0000000000000001",
      "00000000000000ab-000000000000001",
    ])
  func notADigest(text: String) {
    #expect(RowDigest(text) == nil)
  }

  private func number(_ digest: RowDigest) -> UInt128 { UInt128(digest.high) << 64 | UInt128(digest.low) }
}
