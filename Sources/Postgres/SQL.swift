/// The text of a command.
///
/// Write it as a literal. What is interpolated is quoted by its type: an `Identifier` or a `QualifiedTable` as a name, an
/// integer as it is, another `SQL` as it is. A bare `String` does not compile: say `\(literal: text)` for a quoted string,
/// or `\(unsafe: text)` for a fragment that no user had a hand in. Values belong into parameters or COPY.
public struct SQL: Sendable, Hashable, ExpressibleByStringInterpolation {
  public var text: String

  public init(stringLiteral text: String) { self.text = text }

  public init(stringInterpolation: Interpolation) { self.text = stringInterpolation.text }

  /// Text that is SQL already: a migration's file.
  public init(unsafe text: String) { self.text = text }

  /// `CREATE TABLE t`, where it is a command that makes, changes or removes something and looks at no row.
  var definition: String? {
    let starts = [
      "CREATE SCHEMA ", "CREATE TABLE ", "ALTER TABLE ", "DROP TABLE ", "DROP INDEX ", "COMMENT ON ", "TRUNCATE ",
    ]
    guard starts.contains(where: text.hasPrefix) else { return nil }
    let end = [" (", " AS ", " IS ", ",", ";", "\n"].compactMap { text.firstRange(of: $0)?.lowerBound }.min()
    return String(text[..<(end ?? text.endIndex)])
  }

  public struct Interpolation: StringInterpolationProtocol, Sendable {
    fileprivate var text: String

    public init(literalCapacity: Int, interpolationCount: Int) {
      text = ""
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    public mutating func appendLiteral(_ literal: String) { text += literal }

    public mutating func appendInterpolation(_ identifier: Identifier) { text += identifier.quoted }

    /// Names with commas between them.
    public mutating func appendInterpolation(_ identifiers: [Identifier]) {
      text += identifiers.map(\.quoted).joined(separator: ", ")
    }

    public mutating func appendInterpolation(_ table: QualifiedTable) { text += table.quoted }

    public mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }

    public mutating func appendInterpolation(_ sql: SQL) { text += sql.text }

    public mutating func appendInterpolation(literal: String) { text += SQL.quote(literal) }

    public mutating func appendInterpolation(unsafe: String) { text += unsafe }
  }

  /// The text of an array's value, for a parameter.
  public static func array(_ texts: [String]) -> String {
    let quoted = texts.map { text in
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    return "{" + quoted.joined(separator: ",") + "}"
  }

  /// A string constant that reads the same whatever `standard_conforming_strings` says.
  static func quote(_ value: String) -> String {
    let hasBackslash = value.utf8.contains(UInt8(ascii: "\\"))
    var text = hasBackslash ? " E'" : "'"
    for scalar in value.unicodeScalars {
      if scalar == "'" || scalar == "\\" { text.unicodeScalars.append(scalar) }
      text.unicodeScalars.append(scalar)
    }
    return text + "'"
  }
}

extension Sequence<SQL> {
  /// One text of all, with `separator` between them.
  public func joined(separator: SQL) -> SQL {
    SQL(unsafe: map(\.text).joined(separator: separator.text))
  }
}
