/// What was noticed in a JSON value that its grammar allows and others may not.
public struct ValueFindings: OptionSet, Sendable, BitwiseCopyable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A string or key holds the escape of U+0000.
  public static let nul = ValueFindings(rawValue: 1)
  /// A string or key holds a surrogate escape without its partner.
  public static let surrogate = ValueFindings(rawValue: 2)
  /// An object holds a key twice.
  public static let duplicateKey = ValueFindings(rawValue: 4)
  /// A number has thousands of digits, or an exponent of four digits or more: PostgreSQL may refuse it.
  public static let longNumber = ValueFindings(rawValue: 8)
  /// It is a line that holds no JSON value: to be set aside, and without entries in the index.
  public static let malformed = ValueFindings(rawValue: 16)
}
