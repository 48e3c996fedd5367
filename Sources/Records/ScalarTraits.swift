/// What is known of a scalar type before any value is seen. How its values are read and written, its encoder and its
/// canonical form say.
public struct ScalarTraits: Sendable {
  /// PostgreSQL's object identifier of the type, which never changes.
  public var oid: UInt32
  /// Types of PostgreSQL with other names and the same binary form.
  public var alike: [UInt32]
  /// What PostgreSQL's `format_type` calls the type.
  public var sqlName: String
  /// Further names of SQL that a pipeline may use.
  public var otherNames: [String]
  public var modifier: Modifier
  public var operand: Operand
  /// What a column takes as it is, to follow "expected".
  public var accepted: String
  /// `zone` says which instant a value without a zone is.
  public var takesZone: Bool
  /// `encoding` says how a string writes the bytes.
  public var takesEncoding: Bool

  /// What the type modifier of a column limits.
  public enum Modifier: Sendable {
    case none
    /// `varchar(n)`: the characters of a text.
    case length
    /// `numeric(p,s)`
    case decimal
    /// `timestamp(n)`: the digits behind the second.
    case fraction
    /// `interval(n)`: the same, beside the fields that an interval keeps.
    case interval
  }

  /// What rules see of a value, by which they tell whether they can judge it.
  public enum Operand: Sendable, Hashable, CaseIterable {
    case bool, number, text, uuid, bytes
    case date, time, timestamp, timestamptz
    /// Only the value itself tells.
    case json
    /// Two values are the same or are not.
    case opaque
  }

  init(
    _ oid: UInt32, alike: [UInt32] = [], _ sqlName: String, or otherNames: [String] = [], modifier: Modifier = .none,
    seenAs operand: Operand, accepts accepted: String, takesZone: Bool = false, takesEncoding: Bool = false
  ) {
    self.oid = oid
    self.alike = alike
    self.sqlName = sqlName
    self.otherNames = otherNames
    self.modifier = modifier
    self.operand = operand
    self.accepted = accepted
    self.takesZone = takesZone
    self.takesEncoding = takesEncoding
  }
}
