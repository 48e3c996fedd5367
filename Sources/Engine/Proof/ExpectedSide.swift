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
    var sum = RowSum()
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

  var sum: (rows: Int, digest: RowDigest) { state.withLock { ($0.sum.rows, $0.sum.digest) } }
  var buckets: BucketSums { state.withLock { $0.buckets } }

  /// Adds the rows of a slice that a run would load into the dataset's own table.
  /// - Returns: how many more records it holds: those that the server refused, and those that were superseded.
  func take(_ slice: Slice) throws(VerifyError) -> (refused: Int, superseded: Int) {
    try state.withLock { state throws(VerifyError) in
      var left = (refused: 0, superseded: 0)
      for batch in slice.batches {
        let table = batch.own
        let rows = table.rows
        for (i, record) in batch.records.enumerated() {
          if refused.contains(record.ordinal) {
            left.refused += 1
            continue
          }
          if superseded.contains(record.ordinal) {
            left.superseded += 1
            continue
          }
          for row in table.rows(ofRecord: i) { try add(rows[row], &state) }
        }
      }
      return left
    }
  }

  private func add(_ row: Row, _ state: inout State) throws(VerifyError) {
    state.sum.add(row.digest)
    switch purpose {
    case .buckets: state.buckets.add(key: row.key, row: row.digest)
    case .differences(let spill): try spill.add(.expected, key: row.key, row: row.digest)
    case .listing: break
    }
  }

  func wants(_ key: RowDigest, _ row: RowDigest) -> Bool {
    if case .listing(let listed) = purpose { listed.wants(key, row) } else { false }
  }

  func describe(_ key: RowDigest, _ row: RowDigest, _ columns: [ColumnProof]) {
    if case .listing(let listed) = purpose { listed.describe(key, row, columns) }
  }
}
