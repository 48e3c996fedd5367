/// In how many records a column's place was found.
public struct FoundColumn: Sendable, Codable, Hashable {
  public var column: String
  public var found: Int

  public init(column: String, found: Int) {
    self.column = column
    self.found = found
  }
}

/// A column whose place no record has.
public struct NeverFound: Sendable, Codable, Hashable {
  public var column: String
  /// The place that the pipeline names, a JSON Pointer.
  public var at: String
  /// A place that the first records have, and that may be meant.
  public var nearest: String?

  public init(column: String, at: String, nearest: String?) {
    self.column = column
    self.at = at
    self.nearest = nearest
  }
}

/// A key of the records that no column takes.
public struct ExtraKeyCount: Sendable, Codable, Hashable {
  /// JSON Pointer.
  public var key: String
  /// How many records have it.
  public var records: Int
  /// The first of them.
  public var record: Int64
  public var line: Int64?

  public init(key: String, records: Int, record: Int64, line: Int64?) {
    self.key = key
    self.records = records
    self.record = record
    self.line = line
  }
}
