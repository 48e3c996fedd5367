public import Records
public import Scalars

/// Why a value cannot become a field of its column: trivial, without the value itself.
public struct ValueProblem: Error, Hashable, Sendable {
  public enum Kind: UInt8, Error, Sendable, CaseIterable, BitwiseCopyable {
    /// A JSON value of a kind the type does not take: an object for `int4`.
    case wrongKind
    /// A string that is not a number as JSON writes it.
    case notANumber
    /// A string (or number) that is not written as the type demands, or names a day or time that does not exist:
    /// `calendar` says which.
    case malformed
    /// A text that is none of an enum's labels.
    case noLabel
    /// A number beyond the type's or the column's range.
    case outOfRange
    /// A number that would become infinite as a float.
    case infinite
    /// A value that would have to be rounded.
    case notExact
    /// More characters than `varchar(n)` or `char(n)` hold.
    case tooLong
    /// More bytes or elements than PostgreSQL can store in one value.
    case tooLarge
    /// A timestamp without a zone where none is declared.
    case missingZone
    /// A timestamp with a zone in a column without one.
    case unexpectedZone
    /// The character U+0000.
    case nul
    /// A surrogate escape without its partner.
    case surrogate
  }

  public var kind: Kind
  /// The scalar type that was to be encoded.
  public var scalar: ScalarType
  /// What the JSON value is.
  public var found: TokenKind
  /// True when it is an element of an array that is refused.
  public var isElement = false
  /// True for a string without any character.
  public var isEmpty = false
  /// What does not exist in a date or time that is written well.
  public var calendar: CalendarFault?
  /// True when `coerce: lenient` would take the value.
  public var isLenienceEnough = false

  /// A stable short name: `type.int4`, `range.int4`, `type.enum`.
  public var code: String { "\(kind.family).\(kind == .noLabel ? "enum" : scalar.rawValue)" }
}

extension ValueProblem.Kind {
  /// What the code of a problem begins with.
  var family: String {
    switch self {
    case .wrongKind, .notANumber, .malformed, .noLabel: "type"
    case .outOfRange, .infinite: "range"
    case .notExact: "exact"
    case .tooLong: "length"
    case .tooLarge: "size"
    case .missingZone, .unexpectedZone: "zone"
    case .nul: "nul"
    case .surrogate: "surrogate"
    }
  }
}
