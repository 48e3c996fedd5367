public import PipelineSpec

/// In how many records each column's place was found, and which keys no column takes.
///
/// A record is examined unless it is filtered, is a malformed line, or is refused by a policy for its text (`nul`,
/// `surrogates`, `duplicateKeys`). A record that a column, a rule or the server refuses is examined.
public struct SourceFindings: Sendable {
  public var examined = 0
  /// For each column, how many examined records have its place. A null is found.
  public var found: [Int]
  /// Keys that no column takes, in the order in which they were met; counted where `policies.extraKeys` is `warn`.
  public var extraKeys: [ExtraKey] = []
  /// There are more of them than are counted.
  public var hasMoreExtraKeys = false
  public var sample = RecordSample()

  init(columns: Int) { found = [Int](repeating: 0, count: columns) }
}

/// A key that no column takes.
public struct ExtraKey: Sendable, Hashable {
  public var pointer: JSONPointer
  /// How many examined records have it.
  public var records: Int
  /// The first one: its ordinal, and its line where that is known.
  public var ordinal: Int64
  public var line: Int64?
}
