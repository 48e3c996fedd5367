/// What follows every text that values are read from: chunks, constants, records that a policy rewrote.
public enum Padding {
  /// So many bytes behind a text may be read, and mean nothing: a value is looked at in words, without a look at its end.
  public static let text = 64
}
