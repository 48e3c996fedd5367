public import Records

/// A column of the target and where its value comes from.
public struct Column: Sendable, Hashable {
  public var name: String
  public var type: ColumnType
  public var source: Source
  /// Missing or `null` is an error.
  public var isRequired: Bool
  /// Taken when the record has nothing at the pointer; `null` in the record stays null.
  public var `default`: Default?
  /// `coerce: lenient`
  public var isLenient: Bool
  /// `trim: true`
  public var isTrimmed: Bool
  /// `zone`: seconds east of UTC for timestamps that name none.
  public var zone: Int?
  /// `encoding`: how a string writes the bytes of a bytea; nil: as PostgreSQL does, `\x` and hexadecimal digits.
  public var encoding: BinaryEncoding?

  public enum Source: Sendable, Hashable {
    case pointer(JSONPointer)
    /// `$ordinal`: the record's place in the source, counted from 0.
    case ordinal
    /// `$value`: the record itself, the same as the root pointer; reads well for `strings`.
    case value
    /// `$dataset`: the dataset's name.
    case dataset
    /// `$now`: the run's one instant.
    case now
  }

  public enum Default: Sendable, Hashable {
    case now
    /// A JSON text: `""`, `0`, `"draft"`, `null`, `[]`.
    case json(String)
  }

  public init(
    name: String, type: ColumnType, source: Source, isRequired: Bool = false, default: Default? = nil,
    isLenient: Bool = false, isTrimmed: Bool = false, zone: Int? = nil, encoding: BinaryEncoding? = nil
  ) {
    self.name = name
    self.type = type
    self.source = source
    self.isRequired = isRequired
    self.default = `default`
    self.isLenient = isLenient
    self.isTrimmed = isTrimmed
    self.zone = zone
    self.encoding = encoding
  }
}
