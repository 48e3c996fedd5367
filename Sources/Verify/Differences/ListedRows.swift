public import Records
internal import Synchronization

/// The rows of one side that a report is to show, collected while that side is read once more.
public final class ListedRows: Sendable {
  private struct Place: Hashable {
    var key: RowDigest
    var row: RowDigest
  }

  private let wanted: Set<Place>
  private let found = Mutex<[Place: [ColumnProof]]>([:])

  public init(_ rows: [(key: RowDigest, row: RowDigest)]) {
    wanted = Set(rows.map { Place(key: $0.key, row: $0.row) })
  }

  public func wants(_ key: RowDigest, _ row: RowDigest) -> Bool { wanted.contains(Place(key: key, row: row)) }

  public func describe(_ key: RowDigest, _ row: RowDigest, _ columns: [ColumnProof]) {
    found.withLock { $0[Place(key: key, row: row)] = columns }
  }

  /// The columns of a row that was wanted; nil when it was not met.
  public func columns(_ key: RowDigest, _ row: RowDigest) -> [ColumnProof]? {
    found.withLock { $0[Place(key: key, row: row)] }
  }
}
