/// The table that a dataset fills, and how.
public struct Destination: Sendable, Hashable {
  public var schema: String
  public var table: String
  public var mode: Mode
  /// Names of columns.
  public var key: [String]
  /// The table is made from the columns when it is missing.
  public var create = false
  public var repeated = Repeated.error
  /// `replace` drops the table's indexes for the load and makes them again.
  public var rebuildIndexes = false
  /// `analyze`: the planner's statistics are gathered after the load.
  public var analyzes = true
  /// `sequences`: those of the columns that are filled are moved behind their values after the load.
  public var movesSequences = true

  /// What a key that the source has twice means.
  public enum Repeated: String, Sendable, CaseIterable, Codable { case error, first, last }

  public init(schema: String = "public", table: String, mode: Mode = .append, key: [String] = []) {
    self.schema = schema
    self.table = table
    self.mode = mode
    self.key = key
  }
}
