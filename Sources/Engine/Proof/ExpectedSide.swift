internal import Records
internal import Synchronization
internal import Verify

/// What the source says the table must have: sums for a verdict, buckets and rows for the search of differences.
final class ExpectedSide: Sendable {
  /// What is wanted of a pass over the source.
  enum Purpose: Sendable {
    case buckets
    case differences(DifferenceSpill)
    case listing(ListedRows)
  }

  private struct State {
    var buckets = BucketSums()
    var rows = 0
    var digest = RowDigest()
    var failure: VerifyError?
  }

  private let purpose: Purpose
  /// Ordinals of records that the server refused when they were loaded.
  private let refused: Set<Int64>
  /// Ordinals of records that gave way to others of their key.
  private let superseded: Set<Int64>
  private let state = Mutex(State())

  init(_ purpose: Purpose, refused: [Int64], superseded: [Int64] = []) {
    self.purpose = purpose
    self.refused = Set(refused)
    self.superseded = Set(superseded)
  }

  var sum: (rows: Int, digest: RowDigest) { state.withLock { ($0.rows, $0.digest) } }
  var buckets: BucketSums { state.withLock { $0.buckets } }

  /// Adds the rows of a slice that a run would load.
  /// - Returns: how many more it holds: those that the server refused, and those that gave way.
  func take(_ slice: Slice) throws(VerifyError) -> (refused: Int, superseded: Int) {
    try state.withLock { state throws(VerifyError) in
      var left = (refused: 0, superseded: 0)
      for batch in slice.batches {
        for row in batch.rows {
          if refused.contains(row.ordinal) {
            left.refused += 1
            continue
          }
          if superseded.contains(row.ordinal) {
            left.superseded += 1
            continue
          }
          state.rows += 1
          state.digest &+= row.digest
          switch purpose {
          case .buckets: state.buckets.add(key: row.key, row: row.digest)
          case .differences(let spill): try spill.add(.expected, key: row.key, row: row.digest)
          case .listing: break
          }
        }
      }
      return left
    }
  }

  func wants(_ key: RowDigest, _ row: RowDigest) -> Bool {
    if case .listing(let listed) = purpose { listed.wants(key, row) } else { false }
  }

  func describe(_ key: RowDigest, _ row: RowDigest, _ columns: [ColumnProof]) {
    if case .listing(let listed) = purpose { listed.describe(key, row, columns) }
  }
}
