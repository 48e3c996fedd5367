/// The transactions that wrote some rows. The server counts transactions in 64 bits; the `xmin` of a row has the lower 32.
public struct TransactionIDs: Sendable, Hashable {
  /// Rising, each once.
  public let ids: [UInt64]

  public init(_ ids: some Sequence<UInt64> = []) { self.ids = Set(ids).sorted() }

  public var isEmpty: Bool { ids.isEmpty }

  public func subtracting(_ others: TransactionIDs) -> TransactionIDs {
    TransactionIDs(Set(ids).subtracting(others.ids))
  }

  /// Those that a row's `xmin` tells from all others: of the last 2^31. A transaction that the server has not begun yet is
  /// another server's.
  /// - Parameter next: the first id that is not given out yet.
  public func current(at next: UInt64) -> TransactionIDs {
    TransactionIDs(ids.filter { $0 < next && next - $0 < 1 << 31 })
  }

  /// Whether a row was written by one of them; they have to be current.
  public func contains(_ xmin: UInt32) -> Bool {
    guard let first = ids.first else { return false }
    let id = Self.whole(xmin, since: first)
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == id
  }

  /// All 64 bits of a transaction that began with or after another one.
  public static func whole(_ xmin: UInt32, since earlier: UInt64) -> UInt64 {
    earlier &+ UInt64(xmin &- UInt32(truncatingIfNeeded: earlier))
  }
}

extension Connection {
  /// The first transaction that the server has not begun yet.
  public func nextTransaction() throws(PostgresError) -> UInt64 {
    try query("SELECT pg_snapshot_xmax(pg_current_snapshot())").scalar.flatMap { UInt64($0) } ?? 0
  }
}
