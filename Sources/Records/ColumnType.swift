/// The type of a column as the pipeline declares it.
public enum ColumnType: Sendable, Hashable {
  case scalar(ScalarType)
  /// `int4[]`: a JSON array whose elements are of one scalar type.
  case array(ScalarType)
  /// An enum or domain of the target database, by name; what it is made of is found in the catalogue.
  case named(String)

  /// Parses `int4`, `text[]` or the name of a type of the target.
  public init(_ text: String) {
    let isArray = text.hasSuffix("[]")
    let element = isArray ? String(text.dropLast(2)) : text
    if let scalar = ScalarType(rawValue: element) {
      self = isArray ? .array(scalar) : .scalar(scalar)
    } else {
      self = .named(text)
    }
  }
}

extension ColumnType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .scalar(let scalar): scalar.rawValue
    case .array(let scalar): "\(scalar.rawValue)[]"
    case .named(let name): name
    }
  }
}
