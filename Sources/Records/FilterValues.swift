/// A place in a record that `where` looks at.
public enum FilterPlace: Sendable, Hashable {
  /// The value of a column, by the column's number.
  case column(Int)
  /// What lies in the record under these keys, one inside the other.
  case record([String])
}

/// What one record has at the places that `where` looks at, for the length of one call.
public struct FilterValues {
  public struct Value: Sendable {
    /// As it was found, or the column's default.
    public var token: Token
    /// Where in `fields` the value lies as its column reads it: the bytes of a field of binary COPY. nil where that says no
    /// more than the token, or the column refuses the value.
    public var field: Range<Int>?

    public init(token: Token, field: Range<Int>? = nil) {
      self.token = token
      self.field = field
    }
  }

  /// One a place.
  public var values: UnsafeBufferPointer<Value>
  public var fields: UnsafeRawBufferPointer
  public var texts: FieldTexts
  /// The record's place among those of its file: what `$ordinal` is.
  public var ordinal: Int64

  public init(
    values: UnsafeBufferPointer<Value>, fields: UnsafeRawBufferPointer, texts: FieldTexts, ordinal: Int64
  ) {
    self.values = values
    self.fields = fields
    self.texts = texts
    self.ordinal = ordinal
  }
}
