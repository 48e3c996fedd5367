import Postgres
import Testing

@Suite("Transactions") struct TransactionIDsTests {
  @Test("are told by the lower half of their ids, also where that begins again from 0")
  func contains() {
    let border: UInt64 = 5 << 32
    let ids = TransactionIDs([border + 7, border - 2, border - 2, border + 3])
    #expect(ids.ids == [border - 2, border + 3, border + 7])
    for (xmin, isOne) in [
      (0xFFFF_FFFE as UInt32, true), (0xFFFF_FFFF, false), (3, true), (4, false), (7, true), (8, false),
      (0xFFFF_FFFD, false), (0x8000_0000, false),
    ] {
      #expect(ids.contains(xmin) == isOne, "\(xmin)")
    }
    #expect(!TransactionIDs().contains(3))
    #expect(TransactionIDs.whole(3, since: border - 2) == border + 3)
    #expect(TransactionIDs.whole(0xFFFF_FFFE, since: border - 2) == border - 2)
  }

  @Test("are current when the server has begun them, and fewer than 2^31 others since")
  func current() {
    let next: UInt64 = 6 << 32
    let ids = TransactionIDs([next - (1 << 31), next - (1 << 31) + 1, next - 1, next, next + 1])
    #expect(ids.current(at: next).ids == [next - (1 << 31) + 1, next - 1])
    #expect(ids.current(at: 0).isEmpty)
    #expect(ids.subtracting(TransactionIDs([next])).ids.count == 4)
  }
}
