/// Where a column's value comes from, as the pipeline says it.
public struct SourceColumn: Sendable, Hashable {
  /// The reference tokens of a JSON Pointer, decoded; none of them: the record itself; nil: nothing of the record.
  public var path: [String]?
  /// What the column has where the record has nothing at the path.
  public var fallback: Fallback?

  public enum Fallback: Sendable, Hashable {
    /// The record's place in the source.
    case ordinal
    /// A JSON text.
    case json(String)
    /// A string, as it is meant.
    case text(String)
  }

  public init(path: [String]?, fallback: Fallback? = nil) {
    self.path = path
    self.fallback = fallback
  }
}
