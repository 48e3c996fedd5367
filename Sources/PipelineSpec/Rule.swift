/// A condition that rows must hold, over what will be loaded.
public struct Rule: Sendable, Hashable {
  public var condition: Condition
  /// What it looks at. `unique` and `notEmpty` may name several; each other one is checked for each of them.
  public var operands: [Operand]
  public var severity: Severity
  /// Where it stands in the pipeline file.
  public var line: SourceLine

  public enum Severity: String, Sendable, CaseIterable, Codable { case error, warning }

  public enum JSONType: String, Sendable, CaseIterable, Codable {
    case string, number, integer, boolean, object, array, null
  }

  public init(condition: Condition, operands: [Operand], severity: Severity = .error, line: Int = 0) {
    self.condition = condition
    self.operands = operands
    self.severity = severity
    self.line = SourceLine(line)
  }

  /// The rule's name as the pipeline writes it.
  public var name: String { type(of: condition.kind).name }

  /// What is wrong with a value that breaks it, to follow the name of the operand: nothing of the value.
  public var phrase: String { condition.kind.phrase }
}

/// A column, a place inside a json or jsonb column (`data/status`, `data/episodes/*/size`), or, in `where`, a place in the
/// record (`/deleted`).
public struct Operand: Sendable, Hashable, CustomStringConvertible {
  /// nil: the path begins at the record.
  public var column: String?
  /// Steps below the column's value, or into the record; empty for the column's value itself.
  public var path: [Step]

  public enum Step: Sendable, Hashable {
    case key(String)
    /// `*`: every element of an array.
    case each
  }

  public init(column: String?, path: [Step] = []) {
    self.column = column
    self.path = path
  }

  /// Parses `column`, `column/key/*`, `/key/*`; `~0` and `~1` stand for `~` and `/` inside a name. nil when it has another
  /// `~`.
  public init?(_ text: String) {
    // A column is a pointer but for the slash that it begins with.
    let isOfRecord = text.unicodeScalars.first == "/"
    guard let pointer = JSONPointer(isOfRecord ? text : "/" + text) else { return nil }
    var steps = pointer.tokens[...]
    column = isOfRecord ? nil : steps.popFirst()
    path = steps.map { $0 == "*" ? .each : .key($0) }
  }

  public var description: String {
    path.reduce(column.map { JSONPointer.escape($0) } ?? "") { text, step in
      switch step {
      case .key(let key): text + "/" + JSONPointer.escape(key)
      case .each: text + "/*"
      }
    }
  }
}

/// A JSON Pointer (RFC 6901), taken apart.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  /// Decoded reference tokens; empty for the whole document.
  public var tokens: [String]

  public static let root = JSONPointer(tokens: [])

  public init(tokens: [String]) { self.tokens = tokens }

  /// Parses `""` or `/a/b~1c`; nil when it is no pointer.
  public init?(_ text: String) {
    // By scalars: a slash before a combining mark is a slash, though not a character of its own.
    let scalars = text.unicodeScalars
    guard scalars.isEmpty || scalars.first == "/" else { return nil }
    var tokens: [String] = []
    for part in scalars.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      guard let token = Self.unescape(part) else { return nil }
      tokens.append(token)
    }
    self.tokens = tokens
  }

  public var description: String { tokens.map { "/" + Self.escape($0) }.joined() }

  /// The place of a member or element of what this one names.
  public func appending(_ step: String) -> JSONPointer { JSONPointer(tokens: tokens + [step]) }

  static func escape(_ token: String) -> String {
    var text = ""
    for scalar in token.unicodeScalars {
      switch scalar {
      case "~": text += "~0"
      case "/": text += "~1"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private static func unescape(_ part: Substring.UnicodeScalarView) -> String? {
    var text = ""
    var scalars = part.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "~" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      switch scalars.next() {
      case "0": text += "~"
      case "1": text += "/"
      default: return nil
      }
    }
    return text
  }
}
