import Records

/// How the text of one scalar type becomes blocks, and a text for reports. Both sides come here: what JSON says of a value,
/// and what PostgreSQL prints of it.
protocol CanonicalForm {
  /// How JSON writes such values beside strings.
  static var kind: CanonicalKind { get }

  /// Digits after the point that `coerce: lenient` rounds to; nil: it rounds nothing.
  static func scale(within limit: ColumnLayout.Limit) -> Int?

  /// - Returns: false where the text is none of the type; nothing is absorbed then.
  static func absorb(_ run: ByteRun, of column: ColumnForm, into hash: inout DigestHash, scratch: Scratch) -> Bool

  /// The same for equal values; nil where the text is none of the type.
  static func text(_ run: ByteRun, of column: ColumnForm, scratch: Scratch) -> String?
}

extension CanonicalForm {
  static var kind: CanonicalKind { .string }
  static func scale(within limit: ColumnLayout.Limit) -> Int? { nil }
}

enum CanonicalKind {
  case string
  /// A string as it is, of which nothing is read.
  case text
  /// A number; true and false count as 1 and 0.
  case decimal
  case bool
  case json, jsonb
}

extension ScalarType {
  /// The list of the forms.
  var canonicalForm: any CanonicalForm.Type {
    switch self {
    case .bool: BoolForm.self
    case .int2, .int4, .int8: IntegerForm.self
    case .numeric: NumericForm.self
    case .float4: Float4Form.self
    case .float8: Float8Form.self
    case .text: TextForm.self
    case .uuid: UUIDForm.self
    case .bytea: ByteaForm.self
    case .date: DateForm.self
    case .time: TimeForm.self
    case .timestamp: TimestampForm.self
    case .timestamptz: InstantForm.self
    case .interval: IntervalForm.self
    case .inet: InetForm.self
    case .json: JSONForm.self
    case .jsonb: JSONBForm.self
    }
  }
}
