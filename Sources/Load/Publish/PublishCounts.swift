public import Records

/// What publishing did to the table.
public struct PublishCounts: Sendable {
  public var inserted = 0
  /// Found by their key and different.
  public var updated = 0
  /// Found by their key and equal byte for byte: not written again.
  public var unchanged = 0
  public var deleted = 0
  /// Rows that gave way to another one of their key.
  public var repeated = 0
  /// What the published rows add up to, by the source.
  public var expected: (rows: Int, digest: RowDigest)?
  /// Whether the table was found to be equal to that before COMMIT.
  public var isProved = false

  public init(inserted: Int = 0, updated: Int = 0, unchanged: Int = 0, deleted: Int = 0, repeated: Int = 0) {
    self.inserted = inserted
    self.updated = updated
    self.unchanged = unchanged
    self.deleted = deleted
    self.repeated = repeated
  }
}

extension PublishCounts: Equatable {
  public static func == (left: PublishCounts, right: PublishCounts) -> Bool {
    left.inserted == right.inserted && left.updated == right.updated && left.unchanged == right.unchanged
      && left.deleted == right.deleted && left.repeated == right.repeated
      && left.expected?.rows == right.expected?.rows && left.expected?.digest == right.expected?.digest
      && left.isProved == right.isProved
  }
}

/// What publishing is going to do, counted while nobody else can write.
public struct PublishPlan: Sendable, Hashable {
  /// Rows of the table before.
  public var before = 0
  /// Rows to be published.
  public var staged = 0
  /// Those of them whose key the table has.
  public var matched = 0
  /// Rows of the table that are to go.
  public var deletes = 0
  /// Of the matched, those that are to be written; nil where nothing could keep the server from it.
  public var updates: Int?
  /// Tables whose rows a deletion would change as well.
  public var affected: [String] = []
}

/// How many rows `sync` may delete.
public enum DeleteLimit: Sendable, Hashable {
  case rows(Int)
  /// Of the table's rows before.
  case percent(Double)
  case unlimited

  public func allows(_ deletes: Int, of rows: Int) -> Bool {
    switch self {
    case .rows(let limit): deletes <= limit
    case .percent(let percent): Double(deletes) * 100 <= percent * Double(rows)
    case .unlimited: true
    }
  }
}

extension DeleteLimit: CustomStringConvertible {
  public var description: String {
    switch self {
    case .rows(let rows): "\(rows)"
    case .percent(let percent): percent == percent.rounded() ? "\(Int(percent)) %" : "\(percent) %"
    case .unlimited: "no limit"
    }
  }
}
