public import Records
internal import Scalars

extension ValueProblem {
  /// One sentence, without the value (but for what of a date or time does not exist): what is wrong, what would be accepted, and
  /// whether `coerce: lenient` helps.
  public func reason(column: ColumnLayout) -> String {
    let type = column.typeName.isEmpty ? scalar.rawValue + (column.isArray ? "[]" : "") : column.typeName
    var text = kind == .noLabel ? "column \(column.name): " : ""
    if isElement { text += "an element: " }
    text += calendar?.description ?? fault(type: type, limit: column.limit)
    switch kind {
    case .malformed where calendar != nil: break
    case .wrongKind, .notANumber, .malformed, .outOfRange: text += "; expected \(accepted(by: column))"
    case .noLabel: text += "; expected \(Self.list(column.labels ?? []))"
    case .missingZone: text += "; set zone: UTC or zone: ±HH:MM"
    default: break
    }
    if isLenienceEnough {
      text += "; set coerce: lenient to \(calendar == .leapSecond ? "take the next second" : "convert it")"
    }
    return text
  }

  /// What the column takes, or each element of its arrays.
  private func accepted(by column: ColumnLayout) -> String {
    let element = column.encoding?.accepted ?? scalar.traits.accepted
    return column.isArray && !isElement ? "an array, each element of it null or \(element)" : element
  }

  /// So many labels of an enum are named.
  private static let labelsNamed = 20

  private static func list(_ labels: [String]) -> String {
    let named = labels.prefix(labelsNamed).map { "\"\($0.visible)\"" }.joined(separator: ", ")
    return labels.count > labelsNamed ? "\(named) or one of \(labels.count - labelsNamed) more" : named
  }

  private var noun: String { isEmpty ? "an empty string" : found.noun }

  private func fault(type: String, limit: ColumnLayout.Limit) -> String {
    switch kind {
    case .wrongKind: return "\(noun) is not accepted for \(type)"
    case .notANumber:
      return "\(isEmpty ? "an empty string" : "the string") is not a number as JSON writes it, for \(type)"
    case .malformed: return "\(noun) is not a valid \(type)"
    case .noLabel: return "\(noun) is not a label of the enum \(type)"
    case .outOfRange: return "the number is out of the range of \(type)"
    case .infinite: return "the number is too large for \(type): it would become infinite"
    case .notExact: return "the value would have to be rounded for \(type)"
    case .tooLong:
      guard case .characters(let most) = limit else { return "the text is too long for \(type)" }
      return "the text has more than the \(most) characters of \(type)"
    case .tooLarge: return "the value is larger than PostgreSQL can store as \(type)"
    case .missingZone: return "the timestamp has no zone, and \(type) is an instant"
    case .unexpectedZone: return "the timestamp has a zone, which \(type) cannot keep"
    case .nul: return "the string holds U+0000, which PostgreSQL cannot store in \(type)"
    case .surrogate: return "the string holds half of a surrogate pair, which is no character"
    }
  }
}

extension TokenKind {
  /// The kind with its article, as a sentence needs it.
  fileprivate var noun: String {
    switch self {
    case .missing: "a missing value"
    case .null: "null"
    case .true, .false: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .object: "an object"
    case .array: "an array"
    case .ordinal: "the record's place"
    }
  }
}

extension BinaryEncoding {
  /// What a column with this encoding takes as it is.
  fileprivate var accepted: String {
    switch self {
    case .hex: "a string of pairs of hexadecimal digits, with or without \\x before them"
    case .base64: "a string of base64, padded"
    }
  }
}
